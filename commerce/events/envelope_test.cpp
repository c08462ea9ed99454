#include "commerce/events/envelope.hpp"

#include "commerce/events/test_sql.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::commerce {
namespace {

Event completed() {
    Event event;
    event.id = "o-1.deliveries.2";
    event.source = "/deliveries";
    event.type = "delivery.completed";
    event.subject = "o-1";
    event.time = "2018-01-30T12:00:00Z";
    event.extensions = {{"sourcesequence", "2"}, {"dependson", "/orders 3"}};
    event.data = R"({"parcel":"o-1-1","seller":"s","units":[],"happened":"2018-01-30T12:00:00Z"})";
    return event;
}

std::string envelope_refusal(const Event& event) {
    const auto envelope = read_envelope(event);
    return envelope.has_value() ? "accepted" : envelope.error().message;
}

TEST(Envelope, SaysWhoWhenAndWhatWasSeen) {
    const auto envelope = read_envelope(completed());
    ASSERT_TRUE(envelope.has_value()) << envelope.error().message;
    EXPECT_EQ(envelope->order, "o-1");
    EXPECT_EQ(envelope->id, "o-1.deliveries.2");
    EXPECT_EQ(to_text(envelope->time), "2018-01-30T12:00:00Z");
    EXPECT_EQ(envelope->sequence, 2);
    EXPECT_EQ(envelope->orders_seen, 3);
    EXPECT_EQ(envelope->deliveries_seen, 0);
}

TEST(Envelope, ReadsEveryPairOfAStamp) {
    Event event = completed();
    event.extensions["dependson"] = "/payments 9 /orders 2 /deliveries 4";
    EXPECT_EQ(read_envelope(event)->orders_seen, 2);
    EXPECT_EQ(read_envelope(event)->deliveries_seen, 4);
}

TEST(Envelope, NamesTheAttributeThatIsWrong) {
    Event event = completed();
    event.subject.clear();
    EXPECT_EQ(envelope_refusal(event), "subject: expected an id, found ''");
    event = completed();
    event.time = "yesterday";
    EXPECT_EQ(envelope_refusal(event), "time: 'yesterday' is not a time like 2018-01-30T12:00:00Z");
    event = completed();
    event.extensions["sourcesequence"] = "0";
    EXPECT_EQ(envelope_refusal(event), "sourcesequence: expected a number from 1 up, found '0'");
    for (const char* stamp :
         {"/orders", "/orders x", "/orders 0", "/orders 1x", "/deliveries 1 ", ""}) {
        event = completed();
        event.extensions["dependson"] = stamp;
        EXPECT_EQ(envelope_refusal(event).substr(0, 9), "dependson") << stamp;
    }
}

TEST(Envelope, NumbersUpToTheirLimitAndOneBeyond) {
    Event event = completed();
    event.extensions["sourcesequence"] = "9223372036854775807";
    event.extensions["dependson"] = "/orders 9223372036854775807";
    EXPECT_EQ(read_envelope(event)->sequence, 9223372036854775807);
    EXPECT_EQ(read_envelope(event)->orders_seen, 9223372036854775807);
    event.extensions["sourcesequence"] = "9223372036854775808";
    EXPECT_EQ(
        envelope_refusal(event),
        "sourcesequence: expected a number from 1 up, found '9223372036854775808'"
    );
    for (const char* number : {"", "-1", "+1", " 1", "1 ", "1.0", "one"}) {
        event.extensions["sourcesequence"] = number;
        EXPECT_EQ(envelope_refusal(event).substr(0, 14), "sourcesequence") << number;
    }
}

TEST(Envelope, OnlyADeliveryHasToSayWhichOrderEventItSaw) {
    Event event = completed();
    event.extensions.erase("dependson");
    EXPECT_EQ(envelope_refusal(event), "dependson: expected '/orders N', found ''");
    event.source = "/orders";
    EXPECT_EQ(envelope_refusal(event), "accepted");
    event.extensions["dependson"] = "/deliveries 4";
    EXPECT_EQ(read_envelope(event)->deliveries_seen, 4);
}

TEST(Envelope, ATimeIsThere) {
    Event event = completed();
    event.time.reset();
    EXPECT_EQ(envelope_refusal(event), "time: '' is not a time like 2018-01-30T12:00:00Z");
}

TEST(Envelope, AReviewHasNoNumber) {
    Event event = completed();
    event.source = "/reviews";
    event.extensions.clear();
    EXPECT_EQ(read_envelope(event)->sequence, 0);
}

TEST(HandlerOf, GivesTheFunctionWhatWasRead) {
    test::MemorySql sql;
    std::string seen;
    const auto handle = handler<DeliveryCompleted>(
        [&](const Envelope& envelope, const DeliveryCompleted& event, Sql&) {
            seen = envelope.order + " " + event.parcel;
            return Handled::done();
        }
    );
    EXPECT_EQ(handle(completed(), sql).kind(), Handled::Kind::kDone);
    EXPECT_EQ(seen, "o-1 o-1-1");

    Event broken = completed();
    broken.data = "{}";
    EXPECT_EQ(handle(broken, sql).reason(), "data: parcel: missing (byte 2)");
    broken.data.reset();
    EXPECT_EQ(handle(broken, sql).reason(), "data: expected an object (byte 0)");
    broken.extensions.clear();
    EXPECT_EQ(handle(broken, sql).kind(), Handled::Kind::kDead);
}

TEST(MemorySql, KeepsRowsAndUndoesThem) {
    test::MemorySql sql{"CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"};
    EXPECT_EQ(sql.execute("INSERT INTO t VALUES (?, ?)", {std::int64_t{1}, std::string{"x"}}), 1);
    EXPECT_EQ(sql.execute("INSERT INTO t VALUES (?, ?)", {std::int64_t{2}, SqlValue{}}), 1);
    EXPECT_EQ(
        sql.execute("UPDATE t SET b = ? WHERE a > ?", {std::string{"y"}, std::int64_t{5}}), 0
    );
    EXPECT_EQ(test::rows(sql, "SELECT a, b FROM t ORDER BY a"), "1 x\n2 NULL\n");
    EXPECT_THROW(sql.execute("INSERT INTO t VALUES (1, 'z')"), std::runtime_error);
    EXPECT_THROW(static_cast<void>(sql.query("SELECT nothing")), std::runtime_error);
}

}  // namespace
}  // namespace sluice::commerce
