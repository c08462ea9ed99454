// A subject's whole story, from trails that an engine keeps.

#include "runtime/inspect/inspect_timeline.hpp"

#include "base/hash.hpp"
#include "dispatch/command.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using Words = std::vector<std::string>;

constexpr std::size_t kAll = 1'000;

EngineOptions with_trails() {
    EngineOptions options = fast_options();
    options.trails = true;
    return options;
}

class TimelineTest : public testing::Test {
protected:
    void begin() {
        sink = &shop.subscribe("model", seen);
        sink->poison = poison;
        shop.start();
    }

    void publish(const std::vector<Event>& events) {
        shop.publish(events);
        shop.settle();
    }

    using Holds = std::function<bool(const Timeline&)>;

    /// When the trails know all that there is, and it is as `holds` says: how far a subscription is
    /// is stored a moment after an engine is idle.
    Timeline story(
        const std::string& subject,
        std::size_t limit = kAll,
        const Holds& holds = [](const Timeline&) { return true; }
    ) {
        for (int tries = 0; tries < 600; ++tries) {
            const std::uint64_t seen_before = shop.log().version();
            auto found = timeline(shop.log(), subject, limit);
            EXPECT_TRUE(found || found.error().code == ErrorCode::kNotFound)
                << found.error().message;
            if (found && found.value().not_yet == 0 && holds(found.value())) {
                return std::move(found.value());
            }
            shop.log().wait_for_change(seen_before, std::chrono::milliseconds{50});
        }
        ADD_FAILURE() << "the trails never come so far";
        return {};
    }

    static Holds stands(std::string state, Position handled) {
        return [state = std::move(state), handled](const Timeline& told) {
            return told.standings.size() == 1 && told.standings[0].state == state &&
                   told.standings[0].handled == handled;
        };
    }

    static bool is_skipped(const Timeline& told) {
        return std::any_of(told.entries.begin(), told.entries.end(), [](const auto& one) {
            return one.what == "skip";
        });
    }

    static Words what(const Timeline& timeline, const std::string& domain = "shop") {
        Words words;
        for (const TimelineEntry& one : timeline.entries) {
            if (one.domain == domain) words.push_back(one.what);
        }
        return words;
    }

    static const TimelineEntry& entry(const Timeline& timeline, const std::string& what) {
        static const TimelineEntry kNone;
        const auto found =
            std::find_if(timeline.entries.begin(), timeline.entries.end(), [&](const auto& one) {
                return one.what == what;
            });
        EXPECT_NE(found, timeline.entries.end()) << what;
        return found == timeline.entries.end() ? kNone : *found;
    }

    void give(const CommandTopics& topics, const std::string& subject, Record record) {
        CommandDesk desk{shop.log(), topics, 3};
        const HomeId home = home_of(subject, 3);
        auto sent = desk.send({{home, "c-1", subject, std::move(record)}});
        ASSERT_TRUE(sent) << sent.error().message;
        ASSERT_TRUE(desk.await(sent.value(), std::chrono::milliseconds{20'000}));
        ASSERT_TRUE(sent.value().all_known());
        EXPECT_EQ(sent.value().fates()[0].state, CommandFate::State::kDone)
            << sent.value().fates()[0].detail;
    }

    Shop shop{shop_plan(), with_trails()};
    Seen seen;
    std::set<std::string> poison;
    RecordingSink* sink{nullptr};
};

TEST_F(TimelineTest, OfAnEventSaysWhereItWasPublishedAndReleased) {
    begin();
    publish({event("a.made", "s", "/a", 1), event("a.made", "other", "/a", 1)});
    publish({event("a.cancelled", "s", "/a", 2)});
    const Timeline told = story("s", kAll, stands("flows", Position{2}));
    ASSERT_EQ(told.entries.size(), 4U);
    EXPECT_EQ(told.entries[0].what, "published");
    EXPECT_EQ(told.entries[0].topic, "shop.a");
    EXPECT_EQ(told.entries[0].text, "a.made s/a.1 (/a 1)");
    const auto last = std::find_if(told.entries.rbegin(), told.entries.rend(), [](const auto& one) {
        return one.what == "released";
    });
    EXPECT_EQ(last->topic, "shop.ordered");
    EXPECT_EQ(last->position, Position{2});
    EXPECT_EQ(last->text, "a.cancelled s/a.2 (/a 2)");
    ASSERT_EQ(told.standings.size(), 1U);
    EXPECT_EQ(told.standings[0].subscription, "model");
    EXPECT_EQ(told.standings[0].handled, Position{2});
    EXPECT_EQ(told.standings[0].state, "flows");
    EXPECT_FALSE(told.more);
}

TEST_F(TimelineTest, OfAWaitingSubjectAndWhatAPersonChose) {
    begin();
    publish({event("a.made", "s", "/a", 2)});
    publish({event("a.made", "t", "/a", 1)});  // so that trails of its topics begin
    const auto before = timeline(shop.log(), "s", kAll);
    ASSERT_TRUE(before) << before.error().message;
    EXPECT_EQ(what(before.value()), (Words{"published", "waiting"}));
    give(
        sequencer_commands("shop"),
        "s",
        sequence::to_record(sequence::Command{
            "s", "c-1", "alice", "it is lost", Instant{5}, sequence::SkipMissing{"/a 1"}})
    );
    publish({event("a.made", "s", "/a", 1)});
    const Timeline told = story("s");
    Words words = what(told);
    std::sort(words.begin(), words.end());
    EXPECT_EQ(words, (Words{"aside", "gap", "published", "published", "released", "skip"}));
    EXPECT_EQ(entry(told, "skip").by, "alice");
    EXPECT_TRUE(entry(told, "skip").text.starts_with("c-1 (it is lost): chosen: carried out"))
        << entry(told, "skip").text;
    EXPECT_TRUE(entry(told, "gap").text.starts_with("/a 1 was given up"));
    EXPECT_NE(entry(told, "aside").text.find("late-number"), std::string::npos);
}

TEST_F(TimelineTest, OfAParkedSubjectAndItsRedrive) {
    poison = {"s/a.2"};
    begin();
    publish(
        {event("a.made", "s", "/a", 1),
         event("a.made", "s", "/a", 2),
         event("a.made", "s", "/a", 3)}
    );
    static_cast<void>(story("s", kAll, stands("parked", Position{1})));
    give(
        subscription_commands("shop"),
        "s",
        dispatch::to_record(dispatch::Command{
            "model", "s", "c-1", "bob", "never mind", Instant{5}, dispatch::SkipHead{Position{2}}})
    );
    const Timeline told = story("s", kAll, is_skipped);
    EXPECT_EQ(entry(told, "skip").subscription, "model");
    EXPECT_EQ(entry(told, "skip").by, "bob");
    EXPECT_TRUE(entry(told, "skip").text.starts_with("c-1 (never mind): done: carried out"))
        << entry(told, "skip").text;
    EXPECT_EQ(entry(told, "skip").topic, "shop.audit");
}

TEST_F(TimelineTest, OnlyTheLastRecordsWhereThereAreMany) {
    begin();
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 20; ++n) events.push_back(event("a.made", "s", "/a", n));
    publish(events);
    const Timeline told = story("s", 3);
    EXPECT_TRUE(told.more);
    EXPECT_EQ(told.entries.size(), 6U);
    EXPECT_EQ(told.entries.back().position, Position{20});
}

TEST_F(TimelineTest, OfNobodySaysWhatIsNotInTheTrailsYet) {
    begin();
    publish({event("a.made", "s", "/a", 1)});
    static_cast<void>(story("s"));
    const auto nobody = timeline(shop.log(), "nobody", kAll);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(nobody.error().message.starts_with("no trail knows the subject 'nobody'"))
        << nobody.error().message;
}

TEST_F(TimelineTest, OutlivesARestart) {
    begin();
    publish({event("a.made", "s", "/a", 1)});
    static_cast<void>(story("s"));
    shop.restart();
    begin();
    publish({event("a.made", "s", "/a", 2)});
    EXPECT_EQ(story("s").entries.size(), 4U);
}

TEST(TimelineWithoutTrails, SaysSo) {
    Shop shop;
    shop.start();
    shop.publish({event("a.made", "s", "/a", 1)});
    shop.settle();
    const auto none = timeline(shop.log(), "s", kAll);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("not in them yet"), std::string::npos)
        << none.error().message;
}

}  // namespace
}  // namespace sluice::runtime
