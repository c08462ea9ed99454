#include "outbox/relay/lease_table.hpp"

#include "outbox/relay/outbox_fixture.hpp"
#include "outbox/relay/stop_bell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

namespace sluice::outbox {
namespace {

constexpr Milliseconds kLong{60'000};
constexpr Milliseconds kPassed{-1};  // a lease that is over when it is given

class LeaseTableTest : public test::OutboxDatabase {
protected:
    struct Relay {
        PgConnection connection;
        LeaseTable leases;
        std::vector<Slot> slots{};

        Relay(PgConnection opened, Milliseconds lease)
            : connection{std::move(opened)},
              leases{connection, lease} {}

        void look() {
            auto mine = leases.share();
            ASSERT_TRUE(mine) << mine.error().message;
            slots = std::move(mine).value();
        }
    };

    std::unique_ptr<Relay> joined(const std::string& name, Milliseconds lease = kLong) {
        auto relay = std::make_unique<Relay>(connect(url_), lease);
        const Status done = relay->leases.join(name);
        EXPECT_TRUE(done) << done.error().message;
        return relay;
    }

    static std::size_t distinct(const std::vector<const Relay*>& relays) {
        std::set<Slot> all;
        for (const Relay* one : relays) all.insert(one->slots.begin(), one->slots.end());
        return all.size();
    }
};

TEST_F(LeaseTableTest, TheFirstHasAllAndGivesHalfToTheSecond) {
    const auto first = joined("a");
    first->look();
    EXPECT_EQ(first->slots.size(), 64U);
    const auto second = joined("b");
    EXPECT_NE(first->leases.id(), second->leases.id());
    second->look();
    EXPECT_TRUE(second->slots.empty()) << "nobody takes what another one has";
    first->look();
    second->look();
    EXPECT_EQ(first->slots.size(), 32U);
    EXPECT_EQ(second->slots.size(), 32U);
    EXPECT_EQ(distinct({first.get(), second.get()}), 64U);
}

TEST_F(LeaseTableTest, WhoIsGoneLosesItsSlotsAtOnce) {
    auto first = joined("a");
    first->look();
    const auto second = joined("b");
    second->look();
    EXPECT_TRUE(second->slots.empty());
    first.reset();  // its connection ends; its lease would last for a minute
    for (int looks = 0; second->slots.size() < 64 && looks < 3'000; ++looks) second->look();
    EXPECT_EQ(second->slots.size(), 64U);
    EXPECT_EQ(column("select name from sluice_outbox_relay"), std::vector<std::string>{"b"});
}

TEST_F(LeaseTableTest, WhoStandsStillLosesThemWhenItsLeaseHasPassed) {
    const auto still = joined("still", kPassed);
    still->look();
    EXPECT_EQ(still->slots.size(), 64U);
    const auto other = joined("other");
    other->look();
    EXPECT_EQ(other->slots.size(), 64U);
    const Status late = still->leases.renew();
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kFenced);
}

TEST_F(LeaseTableTest, ALeaseThatIsRenewedInTimeHolds) {
    const auto relay = joined("a");
    EXPECT_TRUE(relay->leases.renew());
    relay->look();
    const auto other = joined("b");
    other->look();
    EXPECT_TRUE(relay->leases.renew());
    EXPECT_EQ(column("select name from sluice_outbox_relay order by name").size(), 2U);
}

TEST_F(LeaseTableTest, WhoLeavesGivesEverythingBack) {
    const auto relay = joined("a");
    relay->look();
    ASSERT_TRUE(relay->leases.leave());
    EXPECT_TRUE(column("select name from sluice_outbox_relay").empty());
    EXPECT_TRUE(column("select slot from sluice_outbox_slot where relay is not null").empty());
}

TEST_F(LeaseTableTest, OnlyWhoSleepsIsWokenAndOnlyForItsSlots) {
    const StopBell bell;
    const auto relay = joined("a");
    relay->look();
    emit("awake");
    ASSERT_TRUE(relay->leases.set_asleep(true));
    emit("asleep");
    std::vector<std::string> heard;
    while (heard.empty()) {
        ASSERT_TRUE(relay->connection.wait(Milliseconds{60'000}, bell.descriptor()));
        heard = relay->connection.notifications();
    }
    EXPECT_EQ(heard, column("select slot from sluice_outbox_subject where subject = 'asleep'"));
    ASSERT_TRUE(relay->leases.set_asleep(false));
    emit("awake");
    ASSERT_TRUE(relay->leases.renew()) << "notifications come before the answer";
    EXPECT_TRUE(relay->connection.notifications().empty());
}

TEST_F(LeaseTableTest, WhatIsPendingIsCountedNowAndThen) {
    const auto relay = joined("a");
    emit("a", 3, ", \"time\" => '2026-11-23T10:00:00Z'");
    auto backlog = relay->leases.measure();
    ASSERT_TRUE(backlog) << backlog.error().message;
    EXPECT_EQ(backlog->pending, 3U);
    EXPECT_EQ(backlog->oldest_s, 1'795'428'000);
    EXPECT_FALSE(backlog->full);
    emit("a");
    EXPECT_EQ(relay->leases.measure()->pending, 3U) << "it was counted a moment ago";
    sql("update sluice_outbox_state set count_at = '-infinity', rows_max = 3");
    backlog = relay->leases.measure();
    EXPECT_EQ(backlog->pending, 4U);
    EXPECT_TRUE(backlog->full);
    EXPECT_THROW(emit("a"), std::runtime_error);
    sql("delete from sluice_outbox_event; update sluice_outbox_state set count_at = '-infinity'");
    backlog = relay->leases.measure();
    EXPECT_EQ(backlog->oldest_s, 0);
    EXPECT_FALSE(backlog->full);
    emit("a");
}

}  // namespace
}  // namespace sluice::outbox
