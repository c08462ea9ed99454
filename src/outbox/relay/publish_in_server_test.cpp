#include <sluice/outbox.hpp>

#include "outbox/relay/event_table.hpp"
#include "outbox/relay/outbox_fixture.hpp"
#include "store/connect/connect.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

/// What a handler of a service on PostgreSQL does, in its own transaction.
class PublishInServer : public test::OutboxDatabase {
protected:
    void SetUp() override {
        test::OutboxDatabase::SetUp();
        if (IsSkipped()) return;
        const auto url = store::DatabaseUrl::parse(url_);
        ASSERT_TRUE(url) << url.error().message;
        auto opened = store::database_at(*url)->open_session();
        ASSERT_TRUE(opened) << opened.error().message;
        session_ = std::move(opened).value();
    }

    std::vector<Row> rows() {
        EventTable table{connection()};
        auto page = table.read(all_slots(), {});
        EXPECT_TRUE(page) << page.error().message;
        return page ? std::move(page).value() : std::vector<Row>{};
    }

    static Event placed() {
        Event event;
        event.type = "order.placed";
        event.subject = "4711";
        event.data = R"({"amount":1})";
        return event;
    }

    std::unique_ptr<store::Session> session_;
};

TEST_F(PublishInServer, GoesWithTheTransaction) {
    session_->begin();
    EXPECT_EQ(publish_in(*session_, "shop", placed()), 1);
    session_->rollback();
    EXPECT_TRUE(rows().empty());
    session_->begin();
    EXPECT_EQ(publish_in(*session_, "shop", placed()), 1);
    EXPECT_EQ(publish_in(*session_, "shop", placed()), 2);
    session_->commit();
    EXPECT_EQ(rows().size(), 2U);
}

TEST_F(PublishInServer, WhatWasSaidIsWhatIsSent) {
    Event event{"mine", "", "t", "s", "2026-11-23T10:00:00Z", "avro/binary", "urn:x", {}, {}};
    event.data = std::string{"\xFF\0\x01", 3};
    event.extensions.emplace("dependson", "/payments 3");
    session_->begin();
    static_cast<void>(publish_in(*session_, "shop", event));
    session_->commit();
    const std::vector<Row> sent = rows();
    ASSERT_EQ(sent.size(), 1U);
    event.source = "/orders";
    event.time = "2026-11-23T10:00:00.000000Z";
    event.extensions.emplace("sourcesequence", "1");
    EXPECT_EQ(sent[0].event, event);
}

TEST_F(PublishInServer, AnEventWithoutASubjectIsTheStatementsFailure) {
    Event event = placed();
    event.subject.clear();
    session_->begin();
    EXPECT_THROW(static_cast<void>(publish_in(*session_, "shop", event)), SqlError);
    session_->rollback();
    EXPECT_TRUE(rows().empty());
}

TEST_F(PublishInServer, TwoTransactionsOfOneSubjectWaitForEachOther) {
    session_->begin();
    EXPECT_EQ(publish_in(*session_, "shop", placed()), 1);
    sql("set lock_timeout = '100ms'");
    EXPECT_THROW(emit("4711"), std::runtime_error) << "the number is not certain yet";
    emit("4712");
    session_->commit();
    emit("4711");
    EXPECT_EQ(
        column("select number from sluice_outbox_event where subject = '4711' order by number"),
        (std::vector<std::string>{"1", "2"})
    );
}

}  // namespace
}  // namespace sluice::outbox
