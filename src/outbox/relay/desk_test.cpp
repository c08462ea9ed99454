#include "outbox/relay/desk.hpp"

#include "outbox/relay/event_table.hpp"
#include "outbox/relay/outbox_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

class DeskTest : public test::OutboxDatabase {
protected:
    /// Events of subject a, the second of which was refused.
    void park() {
        emit("a", 3);
        emit("b");
        sql("delete from sluice_outbox_event where subject = 'a' and number = 1");
        sql("insert into sluice_outbox_parked (domain, subject, epoch, number, reason, since) "
            "values "
            "('shop', 'a', 1, 2, 'amount is missing', '2026-11-23T10:00:00Z')");
    }

    OutboxDesk desk() { return OutboxDesk{connection()}; }

    const Line a_{"shop", "a"};
};

TEST_F(DeskTest, TablesAreMadeOnce) {
    const Status again = desk().migrate();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
}

TEST_F(DeskTest, ASourceIsNeverUsedTwice) {
    EXPECT_EQ(desk().status()->source, "/orders");
    const auto before = desk().begin_source("/orders;2");
    ASSERT_TRUE(before) << before.error().message;
    EXPECT_EQ(*before, "/orders");
    EXPECT_EQ(desk().status()->source, "/orders;2");
    for (const char* used : {"/orders", "/orders;2"}) {
        const auto again = desk().begin_source(used);
        ASSERT_FALSE(again) << used;
        EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
    }
    EXPECT_EQ(desk().status()->source, "/orders;2");
}

TEST_F(DeskTest, ANewSourceWaitsForWhoHasPublished) {
    PgConnection producer = connect(url_);
    auto open = PgTransaction::begin(producer);
    ASSERT_TRUE(open);
    script(producer, "select sluice_publish('shop', 'a', 'order.placed', '{}')");
    sql("set lock_timeout = '200ms'");
    const auto refused = desk().begin_source("/orders;2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
    ASSERT_TRUE(open->commit());
    EXPECT_TRUE(desk().begin_source("/orders;2"));
}

TEST_F(DeskTest, WhatIsParkedIsListedWithWhatWaitsBehindIt) {
    park();
    const auto listed = desk().parked({}, 10);
    ASSERT_TRUE(listed) << listed.error().message;
    ASSERT_EQ(listed->size(), 1U);
    const ParkedSubject& one = listed->front();
    EXPECT_EQ(one.line, a_);
    EXPECT_EQ(one.number, 2U);
    EXPECT_EQ(one.type, "order.placed");
    EXPECT_EQ(one.reason, "amount is missing");
    EXPECT_EQ(one.since, "2026-11-23T10:00:00Z");
    EXPECT_EQ(one.behind, 1U);
    EXPECT_TRUE(desk().parked({"other", ""}, 10)->empty());
    EXPECT_TRUE(desk().parked({"", "b"}, 10)->empty());
    EXPECT_EQ(desk().parked({"shop", "a"}, 10)->size(), 1U);
    EXPECT_EQ(desk().status()->backlog.parked, 1U);
}

TEST_F(DeskTest, RetryFreesWhatIsMeant) {
    park();
    EXPECT_EQ(desk().retry({"", "b"}).value(), 0U);
    EXPECT_EQ(desk().retry({"shop", "a"}).value(), 1U);
    EXPECT_EQ(desk().retry({}).value(), 0U);
    EventTable table{connection()};
    EXPECT_EQ(table.read(all_slots(), {})->size(), 3U);
}

TEST_F(DeskTest, GivingUpPutsAVoidInItsPlace) {
    park();
    ASSERT_TRUE(desk().give_up(a_, "it was a \"test\"", "alice"));
    EventTable table{connection()};
    const auto page = table.read(all_slots(), {});
    ASSERT_TRUE(page);
    std::vector<std::string> types;
    for (const Row& row : *page) {
        if (row.event.subject == "a") types.push_back(row.event.type);
        if (row.event.type != "sluice.void") continue;
        EXPECT_EQ(row.key.place.number, SourceNumber{2});
        EXPECT_EQ(
            row.event.data,
            R"({"type" : "order.placed", "reason" : "it was a \"test\"", "by" : "alice"})"
        );
    }
    EXPECT_EQ(types, (std::vector<std::string>{"sluice.void", "order.placed"}));
    EXPECT_EQ(
        column("select type || convert_from(data, 'UTF8') || refused || reason || by from "
               "sluice_outbox_voided"),
        std::vector<std::string>{
            "order.placed{\"amount\": 1}amount is missingit was a \"test\"alice"}
    );
    const Status twice = desk().give_up(a_, "again", "bob");
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, ErrorCode::kNotFound);
}

TEST_F(DeskTest, OnlyWhatIsParkedIsGivenUp) {
    park();
    for (const Line& line : {Line{"shop", "b"}, Line{"other", "a"}, Line{"shop", "nobody"}}) {
        const Status refused = desk().give_up(line, "why", "alice");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    }
    EXPECT_TRUE(column("select 1 from sluice_outbox_voided").empty());
    EXPECT_EQ(desk().status()->backlog.parked, 1U);
}

TEST_F(DeskTest, RelaysAreShownWhileTheirLeaseHolds) {
    LeaseTable leases{connection(), Milliseconds{60'000}};
    ASSERT_TRUE(leases.join("here"));
    ASSERT_TRUE(leases.share());
    ASSERT_TRUE(leases.set_asleep(true));
    const auto status = desk().status();
    ASSERT_TRUE(status);
    ASSERT_EQ(status->relays.size(), 1U);
    EXPECT_EQ(status->relays[0].name, "here");
    EXPECT_EQ(status->relays[0].slots, 64U);
    EXPECT_TRUE(status->relays[0].asleep);
    sql("update sluice_outbox_relay set until = now() - interval '1 second'");
    EXPECT_TRUE(desk().status()->relays.empty());
}

}  // namespace
}  // namespace sluice::outbox
