#include "deliver/push/answer.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::deliver::push {
namespace {

using dispatch::Failure;
using dispatch::FailureKind;

constexpr Instant kNow{784'111'777'000};  // Sun, 06 Nov 1994 08:49:37 GMT

/// "taken", "gone: …", "busy 1000: …", "retry asked 5000: …", "dead rejected: …".
std::string told(const Answer& answer) {
    const auto meaning = meaning_of(answer, kNow);
    if (std::holds_alternative<Taken>(meaning)) return "taken";
    if (const auto* gone = std::get_if<Gone>(&meaning)) return "gone: " + gone->reason;
    if (const auto* busy = std::get_if<Busy>(&meaning)) {
        return "busy " + std::to_string(busy->after.count()) + ": " + busy->reason;
    }
    const auto& failure = std::get<Failure>(meaning);
    EXPECT_NE(failure.kind, FailureKind::kNotTried);
    std::string text = failure.kind == FailureKind::kDead ? "dead " : "retry ";
    text += failure.error_class;
    if (failure.after) text += " " + std::to_string(failure.after->count());
    return text + ": " + failure.reason;
}

struct Row {
    Answer answer;
    std::string meaning;
};

TEST(PushAnswer, MeansWhatTheTableSays) {
    const std::string said = "the receiver answered ";
    const Row rows[]{
        {{200}, "taken"},
        {{201}, "taken"},
        {{202}, "taken"},
        {{204}, "taken"},
        {{299}, "taken"},
        {{200, "", "60"}, "taken"},
        {{300}, "retry status: " + said + "300; redirects are not followed"},
        {{301}, "retry status: " + said + "301; redirects are not followed"},
        {{302}, "retry status: " + said + "302; redirects are not followed"},
        {{304}, "retry status: " + said + "304; redirects are not followed"},
        {{307}, "retry status: " + said + "307; redirects are not followed"},
        {{308}, "retry status: " + said + "308; redirects are not followed"},
        {{400}, "dead rejected: " + said + "400"},
        {{413}, "dead rejected: " + said + "413"},
        {{414}, "dead rejected: " + said + "414"},
        {{415}, "dead rejected: " + said + "415"},
        {{422}, "dead rejected: " + said + "422"},
        {{431}, "dead rejected: " + said + "431"},
        {{401}, "retry status: " + said + "401"},
        {{403}, "retry status: " + said + "403"},
        {{404}, "retry status: " + said + "404"},
        {{405}, "retry status: " + said + "405"},
        {{408}, "retry status: " + said + "408"},
        {{409}, "retry status: " + said + "409"},
        {{425}, "retry status: " + said + "425"},
        {{409, "", "5"}, "retry status 5000: " + said + "409"},
        {{410}, "gone: " + said + "410"},
        {{429}, "busy 1000: " + said + "429"},
        {{429, "", "30"}, "busy 30000: " + said + "429"},
        {{503}, "retry status: " + said + "503"},
        {{503, "", "2"}, "busy 2000: " + said + "503"},
        {{500}, "retry status: " + said + "500"},
        {{502}, "retry status: " + said + "502"},
        {{504, "", "7"}, "retry status 7000: " + said + "504"},
        {{599}, "retry status: " + said + "599"},
        {{101}, "retry status: " + said + "101"},
        {{999}, "retry status: " + said + "999"},
    };
    for (const Row& row : rows) EXPECT_EQ(told(row.answer), row.meaning) << row.answer.status;
}

TEST(PushAnswer, TheReceiversWordGoesBeforeItsStatus) {
    const std::string said = "the receiver answered ";
    EXPECT_EQ(told({500, "done"}), "taken");
    EXPECT_EQ(told({410, "retry"}), "retry asked: " + said + "410");
    EXPECT_EQ(told({400, "retry", "9"}), "retry asked 9000: " + said + "400");
    EXPECT_EQ(told({429, "retry", "9"}), "retry asked 9000: " + said + "429");
    EXPECT_EQ(told({200, "dead"}), "dead rejected: " + said + "200");
    EXPECT_EQ(told({503, "dead", "9"}), "dead rejected: " + said + "503");
    EXPECT_EQ(
        told({200, "Done"}),
        "retry status: " + said +
            "200 with sluice-answer: 'Done', which is none of done, retry, dead"
    );
}

TEST(PushAnswer, TheReasonIsWhatTheBodySays) {
    const std::string said = "the receiver answered 422: ";
    const auto reason = [&](const std::string& type, const std::string& body) {
        return told({422, "", "", type, body}).substr(std::string{"dead rejected: "}.size());
    };
    EXPECT_EQ(reason("text/plain", "no such item"), said + "no such item");
    EXPECT_EQ(
        reason("application/problem+json", R"({"title":"No","detail":"item 7 is unknown"})"),
        said + "item 7 is unknown"
    );
    EXPECT_EQ(reason("application/json", R"({"title":"No"})"), said + "No");
    EXPECT_EQ(reason("application/json", R"({"title":7})"), said + R"({"title":7})");
    EXPECT_EQ(reason("application/json", "[1]"), said + "[1]");
    EXPECT_EQ(reason("application/json", "{broken"), said + "{broken");
    EXPECT_EQ(reason("text/html", "a\r\n\x1b[31mb\x07\n"), said + "a [31mb");
    EXPECT_EQ(reason("", "\xff\xfe x"), said + "x");
    const std::string longer(1'000, 'x');
    EXPECT_EQ(reason("", longer), said + longer.substr(0, 200));
    EXPECT_EQ(reason("", "  \n "), "the receiver answered 422");
}

TEST(PushAnswer, RetryAfterIsSecondsOrADate) {
    const auto ms = [](std::string_view text) -> std::int64_t {
        const auto read = parse_retry_after(text, kNow);
        return read ? read->count() : -1;
    };
    EXPECT_EQ(ms("0"), 0);
    EXPECT_EQ(ms("120"), 120'000);
    EXPECT_EQ(ms("99999999999999999999999999"), kRetryAfterMax.count());
    EXPECT_EQ(ms("604801"), kRetryAfterMax.count());
    EXPECT_EQ(ms("Sun, 06 Nov 1994 08:49:47 GMT"), 10'000);
    EXPECT_EQ(ms("Sun, 06 Nov 1994 08:49:27 GMT"), 0) << "it is past";
    EXPECT_EQ(ms("Fri, 31 Dec 9999 23:59:59 GMT"), kRetryAfterMax.count());
    for (const char* none :
         {"", "-1", "1.5", "soon", "5 s", "Sun, 06 Nov 1994 08:49:37", "1994-11-06T08:49:37Z"}) {
        EXPECT_EQ(ms(none), -1) << none;
    }
}

TEST(PushAnswer, WithoutAnAnswerItIsTriedAgain) {
    const Failure failure = no_answer("reset");
    EXPECT_EQ(failure.kind, FailureKind::kRetry);
    EXPECT_EQ(failure.error_class, "no-answer");
    EXPECT_EQ(failure.reason, "reset");
}

/// Whatever a receiver sends: one meaning, one line, waits within the limit.
TEST(PushAnswer, NothingThatAReceiverSendsIsMoreThanALine) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto noise = [&](std::size_t longest) {
        std::string text;
        for (auto left = random() % longest; left > 0; --left)
            text.push_back(static_cast<char>(random()));
        return text;
    };
    const char* types[]{"application/json", "text/plain", "application/problem+json", ""};
    for (int round = 0; round < 2'000; ++round) {
        Answer answer{static_cast<int>(random() % 1'000)};
        if (random() % 4 == 0) answer.verdict = noise(30);
        if (random() % 2 == 0)
            answer.retry_after = random() % 2 == 0 ? noise(30) : std::to_string(random());
        answer.content_type = types[random() % 4];
        answer.body = noise(600);
        const auto meaning = meaning_of(answer, kNow);
        if (const auto* busy = std::get_if<Busy>(&meaning)) {
            EXPECT_LE(busy->after, kRetryAfterMax);
        }
        const auto* failure = std::get_if<Failure>(&meaning);
        if (failure == nullptr) continue;
        EXPECT_LE(failure->after.value_or(Milliseconds{0}), kRetryAfterMax);
        EXPECT_LT(failure->reason.size(), 400U);
        EXPECT_EQ(failure->reason.find('\n'), std::string::npos);
    }
}

}  // namespace
}  // namespace sluice::deliver::push
