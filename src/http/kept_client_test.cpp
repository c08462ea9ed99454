#include "http/kept_client.hpp"

#include "http/server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::http {
namespace {

class KeptClientTest : public testing::Test {
protected:
    void SetUp() override {
        server_.handle("POST", "/echo", [this](const Request& request) {
            ++asked_;
            return Response{asked_ == 2 ? 503 : 200, "text/plain", request.body};
        });
        ASSERT_TRUE(server_.start());
    }

    static Request echo(std::string body) {
        return Request{"POST", "/echo", {}, "text/plain", std::move(body)};
    }

    int asked_{0};
    Server server_{ServerOptions{}};
};

TEST_F(KeptClientTest, EachRequestHasItsAnswerWhateverItsStatus) {
    KeptClient client{"127.0.0.1", server_.port()};
    for (int number = 1; number <= 20; ++number) {
        const std::string body = "n" + std::to_string(number);
        const auto answer = client.exchange(echo(body));
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->status, number == 2 ? 503 : 200);
        EXPECT_EQ(answer->body, body);
    }
    EXPECT_EQ(asked_, 20);
}

TEST_F(KeptClientTest, AServerThatHasGoneAndComeBackIsFoundAgain) {
    KeptClient client{"127.0.0.1", server_.port()};
    ASSERT_TRUE(client.exchange(echo("a")));
    const std::uint16_t port = server_.port();
    server_.stop();
    const auto nobody = client.exchange(echo("b"));
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, ErrorCode::kUnavailable);
    ServerOptions options;
    options.port = port;
    Server again{options};
    again.handle("POST", "/echo", [](const Request& request) {
        return Response{200, "text/plain", request.body};
    });
    ASSERT_TRUE(again.start());
    const auto answer = client.exchange(echo("c"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "c");
}

}  // namespace
}  // namespace sluice::http
