// Requests as nobody should send them: each is taken whole, or refused by name.

#include "base/test_seed.hpp"
#include "daemon/verbs/command_request.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace sluice::daemon {
namespace {

/// A command that is right but for what a test changes.
Json redrive() {
    return Json{
        {"verb", "redrive"},
        {"subscription", "sales"},
        {"cause", "parked"},
        {"reason", "the target is mended"},
        {"by", "alice"}};
}

std::string refusal_of(const std::string& body) {
    const auto parsed = parse_command(body);
    if (parsed) return "";
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    return parsed.error().message;
}

std::string json_refusal(const Json& json) {
    return refusal_of(to_text(json));
}

TEST(HostileCommand, WhatIsNoObjectIsRefusedWhateverItsSize) {
    const std::string why = "the body is no JSON object";
    EXPECT_EQ(refusal_of(""), why);
    EXPECT_EQ(refusal_of("null"), why);
    EXPECT_EQ(refusal_of("\"skip\""), why);
    EXPECT_EQ(refusal_of(std::string(200'000, '[')), why);
    EXPECT_EQ(refusal_of("{} {}"), why) << "one command in a body";
    EXPECT_EQ(refusal_of("{\"verb\": \"skip\xff\"}"), why) << "no UTF-8";
    EXPECT_EQ(refusal_of(std::string{"\0{}", 3}), why);
}

TEST(HostileCommand, AMemberOfTheWrongKindIsNamed) {
    for (const Json& value :
         {Json{}, Json(true), Json(1), Json::array({"skip"}), Json{{"skip", 1}}}) {
        EXPECT_EQ(json_refusal(Json{{"verb", value}}), "`verb`: is not a string") << value;
        EXPECT_EQ(json_refusal(Json{{"view", value}}), "`view`: is not a string") << value;
    }
    for (const Json& value :
         {Json{}, Json("7"), Json(-1), Json(1.0), Json(1e300), Json(std::uint64_t{1} << 63U)}) {
        EXPECT_EQ(json_refusal(Json{{"offset", value}}), "`offset`: is not a whole number")
            << value;
        EXPECT_EQ(json_refusal(Json{{"rate", value}}), "`rate`: is not a whole number") << value;
    }
}

TEST(HostileCommand, TheLargestOffsetIsStillOne) {
    Json back = redrive();
    back["verb"] = "take-back";
    back.erase("subscription");
    back.erase("cause");
    back["subject"] = "a";
    back["offset"] = 9'223'372'036'854'775'807;
    EXPECT_EQ(parse_command(to_text(back)).value().offset, Offset{9'223'372'036'854'775'807});
}

TEST(HostileCommand, AnUnknownMemberIsShownOnOneLineAndCut) {
    EXPECT_EQ(json_refusal(Json{{"", "x"}}), "'' is no member of a command");
    EXPECT_EQ(
        json_refusal(Json{{"a\nb\x1b[2J", 1}}), "'a\\x0ab\\x1b[2J' is no member of a command"
    );
    EXPECT_EQ(
        json_refusal(Json{{std::string(1'000'000, 'x'), 1}}),
        fmt::format("'{}…' (1000000 bytes) is no member of a command", std::string(40, 'x'))
    );
}

TEST(HostileCommand, ALongVerbIsCutAndThereIsNoneLikeIt) {
    Json json = redrive();
    json["verb"] = std::string(1'000'000, 'q');
    EXPECT_EQ(
        json_refusal(json),
        fmt::format(
            "`verb`: '{}…' (1000000 bytes) is none; there are: redrive, skip, edit, try, pause, "
            "resume",
            std::string(40, 'q')
        )
    );
    json.erase("verb");
    EXPECT_EQ(
        json_refusal(json), "`verb`: '' is none; there are: redrive, skip, edit, try, pause, resume"
    );
}

TEST(HostileCommand, TextsAreOneLineAndAsLongAsTheyMayBe) {
    struct Text {
        const char* name;
        std::size_t bytes_max;
    };

    for (const Text& one : {Text{"reason", 500}, Text{"by", 100}, Text{"id", 100}}) {
        Json json = redrive();
        json[one.name] = std::string(one.bytes_max, 'x');
        EXPECT_EQ(json_refusal(json), "") << one.name;
        json[one.name] = std::string(one.bytes_max + 1, 'x');
        EXPECT_EQ(
            json_refusal(json),
            fmt::format("`{}`: {} bytes, at most {}", one.name, one.bytes_max + 1, one.bytes_max)
        );
        for (const std::string& text :
             {std::string{"a\tb"}, std::string{"a\x7f"}, std::string{"a\0b", 3}}) {
            json[one.name] = text;
            EXPECT_EQ(json_refusal(json), fmt::format("`{}`: is not one line of text", one.name));
        }
    }
}

TEST(HostileCommand, ARateIsFromOneToItsMost) {
    Json json = redrive();
    for (const std::uint64_t rate : {std::uint64_t{1}, kRateMax}) {
        json["rate"] = rate;
        EXPECT_EQ(json_refusal(json), "") << rate;
    }
    json["rate"] = kRateMax + 1;
    EXPECT_EQ(json_refusal(json), "`rate`: 1000001 is not from 1 to 1000000");
}

TEST(HostileCommand, ATypeOnlyNarrowsACause) {
    Json json = redrive();
    json.erase("cause");
    json["subject"] = "a";
    json["type"] = "order.placed";
    EXPECT_EQ(json_refusal(json), "`type`: only with a `cause`");
}

TEST(HostileCommand, OnlyPauseAndResumeTakeAWholeSubscription) {
    for (const std::string_view verb : command_verbs(/*of_subscription=*/true)) {
        Json json = redrive();
        json.erase("cause");
        json["verb"] = verb;
        if (verb == "edit") json["copy"] = "{}";
        const bool all = verb == "pause" || verb == "resume";
        EXPECT_EQ(
            json_refusal(json),
            all ? "" : "name a `subject`, or all that stand for a `cause`, and not both"
        ) << verb;
    }
}

/// The documented table: which members a verb takes beside those that all take.
const std::map<std::string, std::set<std::string>>& taken() {
    static const std::map<std::string, std::set<std::string>> kTaken{
        {"skip", {"missing", "cause"}},
        {"release", {"event", "source"}},
        {"drop", {"event", "source"}},
        {"settle", {"event", "source", "winner", "cause"}},
        {"take-back", {"offset", "cause"}},
        {"adopt", {"cause"}},
        {"unflood", {"cause"}},
        {"repair", {"event", "source", "offset", "copy"}},
        {"sales redrive", {"cause", "type", "rate"}},
        {"sales skip", {}},
        {"sales edit", {"copy"}},
        {"sales try", {}},
        {"sales pause", {}},
        {"sales resume", {}}};
    return kTaken;
}

TEST(HostileCommand, EachMemberIsForItsVerbsOnly) {
    for (const auto& [name, takes] : taken()) {
        const bool of_subscription = name.starts_with("sales ");
        const std::string verb = of_subscription ? name.substr(6) : name;
        for (const char* member :
             {"missing", "event", "source", "winner", "copy", "type", "offset", "rate"}) {
            Json json{{"verb", verb}, {"subject", "a"}, {"reason", "r"}, {"by", "b"}};
            if (of_subscription) json["subscription"] = "sales";
            if (verb == "settle") json["winner"] = "first";
            if (verb == "repair" || verb == "edit") json["copy"] = "{}";
            const std::string given = member;
            if (given == "type") {
                json.erase("subject");
                json["cause"] = "parked";
            }
            const bool is_number = given == "offset" || given == "rate";
            json[given] = is_number ? Json(7) : Json(given == "winner" ? "first" : "x");
            const std::string why = json_refusal(json);
            if (takes.contains(given)) {
                EXPECT_EQ(why, "") << name << " " << given;
            } else if (given == "type" && !takes.contains("cause")) {
                EXPECT_NE(why.find(" is not for " + verb), std::string::npos) << why;
            } else {
                EXPECT_TRUE(why.starts_with(fmt::format("`{}` is not for {}", given, verb))) << why;
            }
        }
    }
}

/// A text of letters that JSON has to escape, of several bytes, and of plain ones.
std::string any_text(std::mt19937_64& random) {
    static const std::vector<std::string> kParts{
        "a", "\"", "\\", "/", "é", "…", "😀", " ", "\n", "\x1f", "{}", "\\u0000"};
    std::string text;
    for (auto left = random() % 6; left > 0; --left) text += kParts[random() % kParts.size()];
    return text;
}

TEST(HostileCommand, WhatIsWrittenIsReadBackOrRefusedForTheSameReason) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::vector<std::string> verbs{"", "skipp"};
    for (const bool of_subscription : {false, true}) {
        for (const std::string_view verb : command_verbs(of_subscription)) verbs.emplace_back(verb);
    }
    std::size_t taken_count = 0;
    for (int round = 0; round < 20'000; ++round) {
        CommandRequest request;
        request.verb = verbs[random() % verbs.size()];
        request.reason = any_text(random);
        request.by = any_text(random);
        const auto maybe = [&](std::string& text) {
            if (random() % 4 == 0) text = any_text(random);
        };
        for (std::string* text :
             {&request.domain,
              &request.subscription,
              &request.subject,
              &request.missing,
              &request.event,
              &request.source,
              &request.copy,
              &request.cause,
              &request.type,
              &request.id,
              &request.view}) {
            maybe(*text);
        }
        if (request.verb == "settle") request.winner = random() % 2 == 0 ? "first" : "newcomer";
        if (random() % 8 == 0) request.offset = Offset{static_cast<std::int64_t>(random() >> 1U)};
        if (random() % 8 == 0) request.rate = random() % 2'000'000;
        const Status fits = check_command(request);
        const auto read = parse_command(to_text(command_json(request)));
        ASSERT_EQ(read.has_value(), fits.has_value()) << to_text(command_json(request));
        if (fits) {
            ++taken_count;
            ASSERT_EQ(read.value(), request);
        } else {
            ASSERT_EQ(read.error(), fits.error());
        }
    }
    EXPECT_GT(taken_count, 100U) << "the test asks for commands that are right as well";
}

}  // namespace
}  // namespace sluice::daemon
