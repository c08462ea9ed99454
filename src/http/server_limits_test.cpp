#include "http/client.hpp"
#include "http/raw_connection.hpp"
#include "http/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sluice::http {
namespace {

using test::RawConnection;

Request post(std::string body) {
    return {"POST", "/count", {}, "text/plain", std::move(body)};
}

/// A server that takes bodies of 1,000 bytes and 2,000 at once, and counts what reaches it.
class ServerLimits : public testing::Test {
protected:
    void SetUp() override {
        server_.handle("POST", "/count", [this](const Request& request) {
            ++handled_;
            return Response{200, "text/plain", fmt::to_string(request.body.size())};
        });
        server_.handle("POST", "/hold", [this](const Request& request) {
            held_.count_down();
            release_.wait();
            return Response{200, "text/plain", fmt::to_string(request.body.size())};
        });
        ASSERT_TRUE(server_.start());
    }

    [[nodiscard]] Client client() const { return {"127.0.0.1", server_.port()}; }

    std::atomic<int> handled_{0};
    std::latch held_{2};
    std::latch release_{1};
    Server server_{ServerOptions{.body_bytes_max = 1'000, .bodies_bytes_max = 2'000}};
};

std::string chunked(std::size_t chunks, std::size_t size) {
    std::string text = "POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        text += fmt::format("{:x}\r\n{}\r\n", size, std::string(size, 'x'));
    }
    return text + "0\r\n\r\n";
}

TEST_F(ServerLimits, ABodyFitsToTheByte) {
    EXPECT_EQ(client().send(post(std::string(1'000, 'x'))).value().body, "1000");
    const auto refused = client().send(post(std::string(1'001, 'x')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error(),
        (Error{
            ErrorCode::kTooLarge,
            "the body is larger than the 1000 bytes that a request takes; send less at once"})
    );
    EXPECT_EQ(handled_, 1);
}

TEST_F(ServerLimits, ABodyFarBeyondIsRefusedInWords) {
    const auto refused = client().send(post(std::string(std::size_t{20} << 20, 'x')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge) << refused.error().message;
    EXPECT_EQ(handled_, 0);
}

TEST_F(ServerLimits, ABodyInChunksHasTheSameLimit) {
    RawConnection fits{server_.port()};
    fits.send(chunked(10, 100));
    EXPECT_TRUE(fits.read_answer().ends_with("1000"));
    RawConnection beyond{server_.port()};
    beyond.send(chunked(11, 100));
    EXPECT_EQ(beyond.read_answer().rfind("HTTP/1.1 413 ", 0), 0U);
    EXPECT_EQ(handled_, 1);
}

TEST_F(ServerLimits, AfterARefusalTheConnectionGoesOn) {
    RawConnection connection{server_.port()};
    connection.send(
        "POST /count HTTP/1.1\r\nContent-Length: 1200\r\n\r\n" + std::string(1'200, 'x')
    );
    EXPECT_EQ(connection.read_answer().rfind("HTTP/1.1 413 ", 0), 0U);
    connection.send("POST /count HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
    const std::string answer = connection.read_answer();
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 ", 0), 0U) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n3")) << answer;
}

TEST_F(ServerLimits, BeyondTheBytesOfAllItIsTooManyRequests) {
    const std::string thousand =
        "POST /hold HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'x');
    RawConnection first{server_.port()};
    RawConnection second{server_.port()};
    first.send(thousand);
    second.send(thousand);
    held_.wait();
    RawConnection third{server_.port()};
    third.send("POST /count HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    const std::string refused = third.read_answer();
    EXPECT_EQ(refused.rfind("HTTP/1.1 429 ", 0), 0U) << refused;
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    const auto body = nlohmann::json::parse(refused.substr(refused.find("\r\n\r\n")));
    EXPECT_EQ(body["title"], "Too Many Requests");
    EXPECT_EQ(
        body["detail"], "requests of 2000 bytes are in flight already; send it again in a second"
    );
    EXPECT_EQ(handled_, 0);
    release_.count_down();
    EXPECT_TRUE(first.read_answer().ends_with("1000"));
    EXPECT_TRUE(second.read_answer().ends_with("1000"));
    EXPECT_EQ(client().send(post("x")).value().body, "1");
}

TEST_F(ServerLimits, AFormIsPassedOverAndTheConnectionGoesOn) {
    const std::string form =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--b--\r\n";
    RawConnection connection{server_.port()};
    connection.send(fmt::format(
        "POST /count HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: {}\r\n\r\n{}",
        form.size(),
        form
    ));
    EXPECT_EQ(connection.read_answer().rfind("HTTP/1.1 200 ", 0), 0U);
    connection.send("POST /count HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(connection.read_answer().ends_with("\r\n\r\n0"));
}

TEST(ServerConnections, MoreThanItLetsInAreServedInTheirTurn) {
    Server server{ServerOptions{.threads = 2, .connections_max = 3}};
    server.handle("GET", "/x", [](const Request&) { return Response{200, "text/plain", "x"}; });
    ASSERT_TRUE(server.start());
    std::atomic<int> answered{0};
    {
        constexpr int kCallers = 12;
        std::vector<std::jthread> callers;
        callers.reserve(kCallers);
        for (int caller = 0; caller < kCallers; ++caller) {
            callers.emplace_back([&] {
                const auto answer =
                    Client("127.0.0.1", server.port()).send({"GET", "/x", {}, {}, {}});
                if (answer && answer.value().body == "x") ++answered;
            });
        }
    }
    EXPECT_EQ(answered, 12);
}

TEST(ServerConnections, ManyMayComeAtOnceWhileNoneIsLetIn) {
    std::latch release{1};
    Server server{ServerOptions{.threads = 1, .connections_max = 1}};
    server.handle("GET", "/x", [&](const Request&) {
        release.wait();
        return Response{200, "text/plain", "x"};
    });
    ASSERT_TRUE(server.start());
    constexpr int kCallers = 40;  // eight times what the library lets wait
    std::vector<std::unique_ptr<RawConnection>> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
        callers.push_back(std::make_unique<RawConnection>(server.port()));
        callers.back()->send("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    }
    release.count_down();
    for (const auto& caller : callers) EXPECT_TRUE(caller->read_answer().ends_with("x"));
}

TEST(ServerConnections, AStopDoesNotWaitForThoseThatSayNothing) {
    Server server{ServerOptions{.threads = 1, .connections_max = 2}};
    ASSERT_TRUE(server.start());
    const RawConnection first{server.port()};
    const RawConnection second{server.port()};
    const RawConnection third{server.port()};
    server.stop();  // comes back: an idle connection is kept for a second
}

}  // namespace
}  // namespace sluice::http
