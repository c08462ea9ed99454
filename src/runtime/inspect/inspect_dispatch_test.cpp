// What `stuck`, `why` and `status` say of each reason for which a subject does not flow in a
// subscription.

#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using test::dead;
using test::retry;
using test::RunnerRig;
using test::Seen;

/// Subjects by what has become of them: "dead" is parked at once, "tired" after its last attempt,
/// "invalid" breaks its contract, "hole" lacks a position, "in-place" is tried again soon, "later"
/// waits long, in its backlog, and "fine" flows.
class InspectDispatch : public testing::Test {
protected:
    void SetUp() override {
        dispatch::DispatcherOptions options;
        options.retry.attempts_max = 2;
        rig_.subscribe("model", seen_, judge, options, {.subjects_max = 0});
        for (const char* subject : {"dead", "tired", "in-place", "later", "fine"}) {
            rig_.append(subject, 1, 2);
        }
        rig_.append(RunnerRig::Ordered{"invalid", 1, "/amount: not a number"});
        rig_.append("hole", 1, 1);
        rig_.append("hole", 3, 3);
        rig_.start();
        rig_.wait_for([this] { return rig_.line("model", "tired") && rig_.line("model", "later"); }
        );
        rig_.clock().advance(Milliseconds{1'000});  // the second attempts
        rig_.wait_for([this] {
            const auto tired = rig_.line("model", "tired");
            const auto soon = rig_.line("model", "in-place");
            return tired && tired->state == dispatch::LineState::kParked && soon &&
                   rig_.line("model", "later") && rig_.probe().parked_now == 4;
        });
        EXPECT_TRUE(rig_.stop().has_value());
    }

    static std::optional<dispatch::Failure> judge(const std::string& id, std::uint32_t) {
        if (id == "dead/1") return dead("no such item");
        if (id == "tired/1") return retry("times out");
        if (id == "in-place/1") return retry("soon", Milliseconds{20'000});
        if (id == "later/1") return retry("tomorrow", std::chrono::hours{24});
        return std::nullopt;
    }

    std::map<std::string, Stuck> all_stuck() {
        const auto page = stuck(rig_.log(), std::nullopt, 1'000);
        EXPECT_TRUE(page.has_value()) << page.error().message;
        EXPECT_FALSE(page->next.has_value());
        std::map<std::string, Stuck> all;
        for (const Stuck& item : page->items) {
            EXPECT_TRUE(all.emplace(item.subject, item).second) << item.subject << " twice";
        }
        return all;
    }

    Why only_line(const std::string& subject) {
        const auto lines = why(rig_.log(), subject);
        EXPECT_TRUE(lines.has_value()) << lines.error().message;
        EXPECT_EQ(lines->size(), 1U) << subject;
        return lines->empty() ? Why{} : lines->front();
    }

    Seen seen_;
    RunnerRig rig_{3};
};

TEST_F(InspectDispatch, StuckNamesEveryReasonWithItsCause) {
    struct Case {
        const char* subject;
        const char* cause;
        std::uint64_t behind;
        const char* detail;
    };

    const auto all = all_stuck();
    const Case cases[]{
        {"dead", "parked", 2, "position 1, 1 attempts: no such item"},
        {"tired", "parked", 2, "position 1, 2 attempts: times out"},
        {"invalid", "parked", 1, "position 1, 0 attempts: /amount: not a number"},
        {"hole", "hole", 1, "position 3, 0 attempts: hole: position 3 came; 2 was expected"},
        {"in-place", "retrying", 0, "position 1, 1 attempts: soon"},
        {"later", "retrying", 2, "position 1, 1 attempts: tomorrow"},
    };
    EXPECT_EQ(all.size(), std::size(cases));
    for (const Case& one : cases) {
        ASSERT_TRUE(all.contains(one.subject)) << one.subject;
        const Stuck& item = all.at(one.subject);
        EXPECT_EQ(item.cause, one.cause) << one.subject;
        EXPECT_EQ(item.behind, one.behind) << one.subject;
        EXPECT_EQ(item.detail, one.detail) << one.subject;
        EXPECT_EQ(item.domain, "shop");
        EXPECT_EQ(item.subscription, "model");
        EXPECT_GE(item.since, Instant{1'800'000'000'000}) << one.subject;
    }
}

/// Also of subjects that the sequencer knows nothing of (any more): here it has never run.
TEST_F(InspectDispatch, WhySaysWhatWhereHowOftenAndWhatIsNext) {
    const Why parked = only_line("dead");
    EXPECT_EQ(parked.domain, "shop");
    EXPECT_EQ(parked.state, "parked");
    EXPECT_EQ(
        parked.text,
        "dead: parked in subscription model at position 1 since 2027-01-15T08:00:00Z, after 1 "
        "attempts: no such item; 2 events in its backlog; nothing moves until a person redrives, "
        "edits or skips its head"
    );
    EXPECT_NE(only_line("tired").text.find("after 2 attempts: times out"), std::string::npos);
    EXPECT_NE(only_line("invalid").text.find("after 0 attempts"), std::string::npos);
    EXPECT_EQ(only_line("hole").state, "hole");
    const Why soon = only_line("in-place");
    EXPECT_EQ(soon.state, "retrying");
    EXPECT_NE(soon.text.find("0 events in its backlog; next attempt 2027-"), std::string::npos)
        << soon.text;
    EXPECT_NE(
        only_line("later").text.find("2 events in its backlog; next attempt 2027-01-16T08:00:0"),
        std::string::npos
    ) << only_line("later").text;
    EXPECT_TRUE(why(rig_.log(), "fine").value().empty());
    EXPECT_TRUE(why(rig_.log(), "nobody").value().empty());
    EXPECT_TRUE(why(rig_.log(), "dea").value().empty()) << "a beginning is another subject";
}

TEST_F(InspectDispatch, StatusAddsUpWhatEachSubscriptionHas) {
    const auto domains = status(rig_.log());
    ASSERT_TRUE(domains.has_value()) << domains.error().message;
    ASSERT_EQ(domains->size(), 1U);
    const DomainStatus& shop = domains->front();
    EXPECT_EQ(shop.homes, 3U);
    ASSERT_EQ(shop.subscriptions.size(), 1U);
    const SubscriptionStatus& model = shop.subscriptions[0];
    EXPECT_EQ(model.name, "model");
    EXPECT_EQ(model.parked, 4U);
    EXPECT_EQ(model.retrying, 2U);
    EXPECT_EQ(model.backlog_events, 2U + 2U + 1U + 1U + 2U);
    EXPECT_EQ(model.backlog_bytes, rig_.probe().backlog_bytes_now);
    EXPECT_EQ(model.behind, 2) << "only what is tried again in place is the topic's to keep";
    EXPECT_EQ(shop.waiting_subjects, 0U);
    EXPECT_EQ(shop.aside, 0);
}

TEST_F(InspectDispatch, TwoSubscriptionsAreTwoMatters) {
    Seen other;
    rig_.restart();
    rig_.subscribe("other", other, test::poison({"dead/2"}));
    rig_.start();
    rig_.settle();
    EXPECT_TRUE(rig_.stop().has_value());
    const auto lines = why(rig_.log(), "dead");
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 2U);
    EXPECT_NE(lines->at(0).text.find("subscription model at position 1"), std::string::npos);
    EXPECT_NE(lines->at(1).text.find("subscription other at position 2"), std::string::npos);
    const auto domains = status(rig_.log());
    ASSERT_EQ(domains->front().subscriptions.size(), 2U);
    EXPECT_EQ(domains->front().subscriptions[1].name, "other");
    EXPECT_EQ(domains->front().subscriptions[1].parked, 3U) << "dead, invalid and hole";
}

TEST_F(InspectDispatch, PagesOfAnySizeShowEachOnce) {
    const auto whole = all_stuck();
    for (std::size_t size = 1; size <= 7; ++size) {
        std::vector<std::string> subjects;
        std::optional<std::string> cursor;
        for (int pages = 0; pages < 100; ++pages) {
            const auto page = stuck(rig_.log(), cursor, size);
            ASSERT_TRUE(page.has_value()) << page.error().message;
            ASSERT_LE(page->items.size(), size);
            for (const Stuck& item : page->items) subjects.push_back(item.subject);
            cursor = page->next;
            if (!cursor) break;
        }
        std::sort(subjects.begin(), subjects.end());
        ASSERT_EQ(subjects.size(), whole.size()) << size;
        EXPECT_TRUE(std::equal(
            subjects.begin(),
            subjects.end(),
            whole.begin(),
            [](auto& a, auto& b) { return a == b.first; }
        ));
    }
}

TEST_F(InspectDispatch, APageGoesOnWhereItsSubjectHasGone) {
    const auto first = stuck(rig_.log(), std::nullopt, 1);
    ASSERT_EQ(first->items.size(), 1U);
    const std::string gone = first->items[0].subject;
    rig_.write(
        runner_group("shop"),
        {home_of(gone, 3), table::kLines, line_key("model", gone), std::nullopt}
    );
    const auto rest = stuck(rig_.log(), first->next, 100);
    ASSERT_TRUE(rest.has_value()) << rest.error().message;
    EXPECT_EQ(rest->items.size(), 5U);
}

TEST_F(InspectDispatch, ALineThatCannotBeReadIsToldNotLeftOut) {
    rig_.write(
        runner_group("shop"),
        {home_of("dead", 3), table::kLines, line_key("model", "dead"), std::string{"?"}}
    );
    EXPECT_EQ(stuck(rig_.log(), std::nullopt, 100).error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(why(rig_.log(), "dead").error().code, ErrorCode::kCorrupt);
    const auto domains = status(rig_.log());
    ASSERT_FALSE(domains.has_value());
    EXPECT_EQ(domains.error().message.find("shop: "), 0U) << domains.error().message;
    EXPECT_TRUE(why(rig_.log(), "tired").has_value()) << "the others can be asked for";
}

TEST_F(InspectDispatch, NamesAndReasonsOfAnyScriptComeThrough) {
    const dispatch::Line line{
        dispatch::LineState::kParked,
        Position{9},
        3,
        Instant{0},
        Instant{0},
        "재고 없음 \"x\"",
        true,
        4,
        9};
    const std::string subject = "주문 17:\n%00";
    rig_.write(
        runner_group("shop"),
        {home_of(subject, 3), table::kLines, line_key("model", subject), encode(line)}
    );
    const auto all = all_stuck();
    ASSERT_TRUE(all.contains(subject));
    EXPECT_EQ(all.at(subject).detail, "position 9, 3 attempts: 재고 없음 \"x\"");
    EXPECT_EQ(only_line(subject).state, "parked");
}

/// Paused beforehand: of those subscriptions nothing is known but that.
TEST_F(InspectDispatch, WhySaysWhoHasPausedASubjectThatNothingHasComeOf) {
    dispatch::Line paused;
    paused.state = dispatch::LineState::kParked;
    paused.hold = dispatch::Hold{Instant{1'900'000'000'000}, "alice", "a deploy"};
    for (const char* name : {"new", "a-newer-one", "zz"}) {
        for (const char* subject : {"to-come", "another"}) {
            rig_.write(
                runner_group("shop"),
                {home_of(subject, 3), table::kLines, line_key(name, subject), encode(paused)}
            );
        }
    }
    const auto lines = why(rig_.log(), "to-come");
    ASSERT_TRUE(lines.has_value()) << lines.error().message;
    ASSERT_EQ(lines->size(), 3U);
    for (const Why& one : *lines) {
        EXPECT_EQ(one.state, "paused");
        EXPECT_NE(one.text.find("since 2030-03-17T17:46:40Z"), std::string::npos) << one.text;
        EXPECT_NE(one.text.find("alice has paused it (a deploy)"), std::string::npos) << one.text;
    }
    EXPECT_EQ(only_line("dead").state, "parked") << "the others are told as ever";
}

TEST(Inspect, ALogWithoutDomainsHasNothingToSay) {
    const log::test::ScratchDirectory scratch;
    const auto log = log::test::open_or_fail(log::test::test_options(scratch.path()));
    EXPECT_TRUE(status(*log)->empty());
    EXPECT_TRUE(stuck(*log, std::nullopt, 10)->items.empty());
    EXPECT_TRUE(why(*log, "a")->empty());
}

}  // namespace
}  // namespace sluice::runtime
