#include "daemon/api/watch.hpp"

#include "daemon/api/shop_api.hpp"
#include "http/raw_connection.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class Watching : public test::ShopApi {
protected:
    void publish_one(const std::string& subject, int number) {
        ASSERT_TRUE(operations().publish(std::vector{made_event(subject, number)}));
    }
};

TEST_F(Watching, ShowsWhatComesFromNowOn) {
    publish_one("a", 1);
    Watch watch{operations(), {.topic = "order.placed"}};
    ASSERT_TRUE(watch.open());
    publish_one("a", 2);
    publish_one("b", 1);
    std::string text;
    while (text.find("b-1") == std::string::npos || text.find("a-2") == std::string::npos) {
        const auto part = watch.next();
        ASSERT_TRUE(part.has_value());
        text += *part;
    }
    EXPECT_EQ(text.find("a-1"), std::string::npos);
    EXPECT_TRUE(text.starts_with("data: {"));
    EXPECT_TRUE(text.ends_with("}\n\n"));
}

TEST_F(Watching, OfOneSubjectIfAskedTo) {
    Watch watch{operations(), {.topic = "order.placed", .subject = "b"}};
    ASSERT_TRUE(watch.open());
    publish_one("a", 1);
    publish_one("b", 1);
    const auto part = watch.next();
    ASSERT_TRUE(part.has_value());
    EXPECT_NE(part->find("b-1"), std::string::npos);
    EXPECT_EQ(part->find("a-1"), std::string::npos);
}

TEST_F(Watching, SaysNowAndThenThatItIsThereAndEndsWhenItIsOver) {
    std::atomic<bool> over{false};
    Watch watch{
        operations(),
        {.topic = "order.placed", .quiet_max = std::chrono::milliseconds{0}, .is_over = [&] {
             return over.load();
         }}};
    ASSERT_TRUE(watch.open());
    EXPECT_EQ(watch.next(), ": nothing new\n\n");
    over = true;
    EXPECT_EQ(watch.next(), std::nullopt);
    EXPECT_EQ(Watch(operations(), {.topic = "nothing"}).open().error().code, ErrorCode::kNotFound);
}

TEST_F(Watching, IsAStreamOfServerSentEvents) {
    http::test::RawConnection connection{server().port()};
    connection.send("GET /v1/watch/shop HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string head = connection.read_to("\r\n\r\n");
    EXPECT_NE(head.find("200"), std::string::npos) << head;
    EXPECT_NE(head.find("text/event-stream"), std::string::npos) << head;
    EXPECT_NE(connection.read_to(": watching\n\n"), "");
    pulled().close();  // as the daemon does when it stops
    EXPECT_NE(connection.read_to("0\r\n\r\n").find("0\r\n\r\n"), std::string::npos);
}

TEST_F(Watching, WhatIsNotThereIsAProblem) {
    http::test::RawConnection connection{server().port()};
    connection.send("GET /v1/watch/shpo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = connection.read_answer();
    EXPECT_NE(answer.find("404"), std::string::npos) << answer;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << answer;
}

}  // namespace
}  // namespace sluice::daemon
