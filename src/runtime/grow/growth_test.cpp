#include "runtime/grow/growth.hpp"

#include "event/kafka.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/grow/growth_fixture.hpp"
#include "runtime/rebuild/rebuild_start.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;

constexpr std::uint32_t kMore = 7;

class GrowthTest : public testing::Test {
protected:
    /// Forty subjects: all have 1 to 3, every fourth waits for 4, every fifth has a dead 2.
    void live() {
        shop_.subscribe("all", seen_).poison = poison();
        shop_.start();
        std::vector<Event> events;
        for (int s = 0; s < 40; ++s) {
            const std::string subject = fmt::format("s{}", s);
            for (std::uint64_t n = 1; n <= 3; ++n)
                events.push_back(event("b.sent", subject, "/a", n));
            if (s % 4 == 0) events.push_back(event("a.made", subject, "/a", 5));
        }
        ASSERT_NO_FATAL_FAILURE(shop_.publish(events));
        ASSERT_NO_FATAL_FAILURE(shop_.settle());
        ASSERT_TRUE(shop_.engine().stop());
    }

    [[nodiscard]] static std::set<std::string> poison() {
        std::set<std::string> ids;
        for (int s = 0; s < 40; s += 5) ids.insert(fmt::format("s{}/a.2", s));
        return ids;
    }

    [[nodiscard]] Result<Growth> grow(std::uint32_t homes = kMore) {
        auto grown = test::grow(shop_.log(), plan_, homes, clock_);
        if (grown) plan_.homes = homes;
        return grown;
    }

    void go_on() {
        shop_.set_plan(plan_);
        shop_.restart();
        shop_.subscribe("all", seen_).poison = poison();
        shop_.start();
    }

    /// The missing fours come, and everything that is not parked goes.
    void complete() {
        go_on();
        std::vector<Event> events;
        for (int s = 0; s < 40; s += 4)
            events.push_back(event("a.made", fmt::format("s{}", s), "/a", 4));
        ASSERT_NO_FATAL_FAILURE(shop_.publish(events));
        ASSERT_NO_FATAL_FAILURE(shop_.settle());
        for (int s = 0; s < 40; ++s) {
            const std::size_t whole = s % 4 == 0 ? 5 : 3;
            EXPECT_EQ(seen_.of(fmt::format("s{}", s)).size(), s % 5 == 0 ? 1 : whole) << "s" << s;
        }
        EXPECT_EQ(seen_.repeated, 0U);
    }

    [[nodiscard]] log::Ends ends(const std::string& topic, std::uint32_t p) {
        return shop_.log().ends({topic, PartitionId{p}}).value();
    }

    SystemClock clock_;
    DomainPlan plan_{test::shop_plan()};
    Shop shop_;
    Seen seen_;
};

TEST_F(GrowthTest, WhatIsKeptBySubjectIsTheSameInItsNewHome) {
    live();
    const auto state = test::StateBySubject::of(shop_.log(), "shop", plan_.homes);
    EXPECT_GT(state.size(), 60U);
    const auto ordered = test::values_in(shop_.log(), "shop.ordered");
    const auto grown = grow();
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    EXPECT_EQ(grown.value().ordered, 120U);
    EXPECT_EQ(grown.value().subscriptions, std::vector<std::string>{"all"});
    EXPECT_EQ(test::StateBySubject::of(shop_.log(), "shop", kMore), state);
    EXPECT_EQ(test::values_in(shop_.log(), "shop.ordered"), ordered);
    test::expect_whole(shop_.log(), "shop");
    for (const log::TopicSpec& topic : shop_.log().topics().value()) {
        EXPECT_FALSE(topic.name.ends_with(".growing")) << topic.name;
    }
    complete();
}

TEST_F(GrowthTest, TheAuditSaysWhoGrewItAndWhy) {
    live();
    ASSERT_TRUE(grow().has_value());
    const auto audit = test::values_in(shop_.log(), "shop.audit");
    ASSERT_EQ(audit.size(), 1U);
    for (const char* part : {"alice", "more of everything", "3 homes before; 7 after"}) {
        EXPECT_NE(audit.begin()->find(part), std::string::npos) << *audit.begin();
    }
}

TEST_F(GrowthTest, WhatIsOnItsWayHomeIsSequencedFirst) {
    live();
    const std::string subject = "s1";
    const HomeId home = home_of(subject, plan_.homes);
    Record record = event::to_record(event("b.sent", subject, "/a", 4), subject);
    record.headers.push_back({"sluice-origin", "shop.b 0 999"});
    std::vector<log::Append> appends{{{"shop.repartition", PartitionId{home.value}}, {record}}};
    ASSERT_TRUE(shop_.log().publish(std::move(appends)).has_value());
    const auto grown = grow();
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    EXPECT_EQ(grown.value().on_their_way, 1U);
    go_on();
    ASSERT_NO_FATAL_FAILURE(shop_.settle());
    EXPECT_EQ(seen_.of(subject).size(), 4U);
}

/// Topics that begin with 0 are whole; a new one must not look so when the old was not.
TEST_F(GrowthTest, WhatRetentionHasTakenIsNotForgotten) {
    live();
    ASSERT_TRUE(shop_.log().trim({"shop.ordered", PartitionId{1}}, Offset{5}));
    ASSERT_TRUE(grow().has_value());
    for (std::uint32_t p = 0; p < kMore; ++p) EXPECT_EQ(ends("shop.ordered", p).first, Offset{1});
    test::expect_whole(shop_.log(), "shop");
    EXPECT_FALSE(check_complete(shop_.log(), "shop", kMore, {}));
    complete();
}

/// As `sluice import history` leaves it.
TEST_F(GrowthTest, WhatWasBroughtBackLiesBeforeTheBeginningAgain) {
    live();
    ASSERT_TRUE(shop_.log().create_topic({"shop.history", 3}));
    for (std::uint32_t p = 0; p < 3; ++p) {
        const log::PartitionRef of{"shop.ordered", PartitionId{p}};
        auto taken = shop_.log().read(of, Offset{0}, {4, 1 << 20});
        for (log::StoredRecord& stored : taken.value()) {
            stored.record.headers.erase_if([](const Header& one) { return one.name == "sluice"; });
            stored.record.headers.push_back(
                {std::string{kHistoryOffsetHeader}, fmt::to_string(stored.offset.value + 1)}
            );
            std::vector<log::Append> one{{{"shop.history", of.partition}, {stored.record}}};
            ASSERT_TRUE(shop_.log().publish(std::move(one)).has_value());
        }
        ASSERT_TRUE(shop_.log().trim(of, Offset{4}));
    }
    const auto grown = grow();
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    EXPECT_EQ(grown.value().brought_back, 12U);
    EXPECT_TRUE(check_complete(shop_.log(), "shop", kMore, {})) << "a rebuild finds all of it";
    std::map<std::string, std::vector<std::string>> positions;
    for (std::uint32_t p = 0; p < kMore; ++p) {
        const log::PartitionRef of{"shop.ordered", PartitionId{p}};
        std::int64_t expected = 0;
        for (Offset next{0}; next < ends("shop.ordered", p).committed;) {
            auto back = read_brought_back(shop_.log(), of, next, {});
            ASSERT_TRUE(back.has_value()) << back.error().message;
            auto read =
                back.value() ? std::move(*back.value()) : shop_.log().read(of, next, {}).value();
            for (const log::StoredRecord& stored : read) {
                EXPECT_EQ(stored.offset.value, expected++);
                EXPECT_EQ(home_of(stored.record.key.value(), kMore).value, p);
                positions[*stored.record.key].emplace_back(
                    stored.record.header("ce_subjectposition").value()
                );
            }
            next = read.next();
        }
    }
    ASSERT_EQ(positions.size(), 40U);
    for (const auto& [subject, all] : positions) {
        EXPECT_EQ(all, (std::vector<std::string>{"1", "2", "3"})) << subject;
    }
    complete();
}

TEST_F(GrowthTest, ADomainOfWhichNothingWasReadYetGrowsToo) {
    const auto grown = grow();
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    EXPECT_EQ(grown.value().ordered, 0U);
    EXPECT_EQ(shop_.log().topic("shop.ordered").value()->partitions, kMore);
}

TEST_F(GrowthTest, ADomainThatMayNotGrowIsLeftAlone) {
    DomainPlan unknown = plan_;
    unknown.name = "nobody";
    EXPECT_EQ(look_at_growth(shop_.log(), unknown, 7).error().code, ErrorCode::kNotFound);
    live();
    DomainPlan other = plan_;
    other.homes = 2;
    EXPECT_EQ(look_at_growth(shop_.log(), other, 7).error().code, ErrorCode::kConflict);
    EXPECT_EQ(grow(3).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(grow(2).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(grow(4'097).error().code, ErrorCode::kInvalidArgument);
    DomainPlan given = plan_;
    given.given = GivenPlan{};
    EXPECT_EQ(look_at_growth(shop_.log(), given, 7).error().code, ErrorCode::kUnsupported);
    std::vector<log::Append> command{{{"shop.commands", PartitionId{1}}, {Record{}}}};
    ASSERT_TRUE(shop_.log().publish(std::move(command)).has_value());
    const auto refused = grow();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("1 commands about subscriptions"), std::string::npos);
}

/// Any call may fail: the domain is as it was, runs on, and grows at the next try.
TEST_F(GrowthTest, WhateverFailsTheDomainIsAsItWas) {
    live();
    const auto state = test::StateBySubject::of(shop_.log(), "shop", plan_.homes);
    const auto ordered = test::values_in(shop_.log(), "shop.ordered");
    using test::Call;
    int failures = 0;
    for (const Call call : {Call::kPublish, Call::kWrite, Call::kTake, Call::kRead, Call::kEnds}) {
        for (std::uint64_t passing = 0;; passing += 1 + passing / 3) {
            shop_.log().fail({call, Error{ErrorCode::kFull, "no space"}, passing, 1});
            const auto grown = test::grow(shop_.log(), plan_, kMore, clock_);
            const bool failed = shop_.log().failed() > 0;
            shop_.log().heal();
            if (!failed) {  // it has passed all of them
                ASSERT_TRUE(grown.has_value()) << grown.error().message;
                plan_.homes = kMore;
                ASSERT_NO_FATAL_FAILURE(complete());
                return;
            }
            ++failures;
            ASSERT_FALSE(grown.has_value());
            ASSERT_EQ(shop_.log().topic("shop.ordered").value()->partitions, 3U);
            ASSERT_EQ(test::StateBySubject::of(shop_.log(), "shop", 3), state);
            ASSERT_EQ(test::values_in(shop_.log(), "shop.ordered"), ordered);
            if (call == Call::kPublish && passing > 3) break;  // the next kind of call
            if (call == Call::kWrite && passing > 3) break;
            if (call == Call::kTake && passing > 1) break;
            if (call == Call::kRead && passing > 20) break;
        }
    }
    EXPECT_GT(failures, 10);
}

}  // namespace
}  // namespace sluice::runtime
