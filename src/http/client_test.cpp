#include "http/client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace sluice::http {
namespace {

/// Takes one connection, reads one head, says `answer` and closes: whatever a foreign or broken
/// server may say.
class OneAnswer {
public:
    explicit OneAnswer(std::string answer) : answer_{std::move(answer)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): so the C interface wants it
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, generic, size), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }

    ~OneAnswer() {
        if (thread_.joinable()) thread_.join();
        ::close(listener_);
    }

    OneAnswer(const OneAnswer&) = delete;
    OneAnswer& operator=(const OneAnswer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// What was asked, once it is answered.
    [[nodiscard]] std::string asked() {
        thread_.join();
        return asked_;
    }

private:
    void serve() {
        const int connection = ::accept(listener_, nullptr, nullptr);
        std::array<char, 4096> buffer{};
        while (asked_.find("\r\n\r\n") == std::string::npos) {
            const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
            if (got <= 0) break;
            asked_.append(buffer.data(), static_cast<std::size_t>(got));
        }
        std::ignore = ::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
        ::close(connection);
    }

    std::string answer_;
    std::string asked_;
    int listener_{::socket(AF_INET, SOCK_STREAM, 0)};
    std::uint16_t port_{};
    std::thread thread_;
};

Request get(std::string path) {
    return {"GET", std::move(path), {}, {}, {}};
}

Client client_of(const OneAnswer& server) {
    return {"127.0.0.1", server.port(), {Milliseconds{10'000}, Milliseconds{10'000}}};
}

TEST(Client, WhatIsNoAnswerIsUnavailableAndNamesTheAddress) {
    constexpr std::string_view kCut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    for (const std::string_view answer :
         {std::string_view{},
          std::string_view{"SSH-2.0-OpenSSH_9.2\r\n"},
          std::string_view{"HTTP/1.1 200 OK\r\nContent-Le"},
          kCut}) {
        OneAnswer server{std::string{answer}};
        const auto response = client_of(server).exchange(get("/"));
        ASSERT_FALSE(response) << answer;
        EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
        EXPECT_TRUE(response.error().message.starts_with(
            fmt::format("no answer from 127.0.0.1:{} (", server.port())
        )) << response.error().message;
    }
}

TEST(Client, OfADaemonItSaysWhatToDoWhenNothingComes) {
    OneAnswer server{""};
    const auto response = client_of(server).send(get("/"));
    ASSERT_FALSE(response);
    EXPECT_TRUE(response.error().message.ends_with("; look whether the daemon runs"));
}

TEST(Client, AnAnswerWithoutALengthEndsWhereTheServerCloses) {
    OneAnswer server{"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nX-One: 1\r\n\r\nall of it"};
    const auto response = client_of(server).exchange(get("/"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response.value().body, "all of it");
    EXPECT_EQ(response.value().content_type, "text/plain");
    EXPECT_EQ(response.value().headers.at("x-one"), "1");
}

TEST(Client, ARedirectionIsAnAnswerAndNotFollowed) {
    OneAnswer server{
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: "
        "0\r\n\r\n"};
    const auto response = client_of(server).send(get("/"));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response.value().status, 302);
    EXPECT_EQ(response.value().headers.at("Location"), "http://127.0.0.1:1/elsewhere");
}

TEST(Client, AForeignRefusalIsToldInItsWordsFrom400On) {
    for (const auto& [status, code] : {
             std::pair{400, ErrorCode::kInvalidArgument},
             std::pair{404, ErrorCode::kNotFound},
             std::pair{599, ErrorCode::kUnavailable},
         }) {
        OneAnswer server{fmt::format("HTTP/1.1 {} No\r\nContent-Length: 4\r\n\r\nnope", status)};
        const auto response = client_of(server).send(get("/"));
        ASSERT_FALSE(response) << status;
        EXPECT_EQ(
            response.error(), (Error{code, fmt::format("the daemon answered {}: nope", status)})
        );
    }
    OneAnswer server{"HTTP/1.1 399 Odd\r\nContent-Length: 0\r\n\r\n"};
    EXPECT_TRUE(client_of(server).send(get("/")));
}

TEST(Client, AsksForWhatItWasGivenAndEncodesTheQuery) {
    OneAnswer server{"HTTP/1.1 204 No Content\r\n\r\n"};
    Request request{"GET", "/v1/topics/a", {{"from", "a b&c=d"}, {"limit", "5"}}, {}, {}};
    request.headers.emplace("X-Who", "me");
    const auto response = client_of(server).exchange(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response.value().status, 204);
    const std::string asked = server.asked();
    const std::string line = asked.substr(0, asked.find("\r\n"));
    EXPECT_TRUE(line.starts_with("GET /v1/topics/a?from=a") && line.ends_with(" HTTP/1.1")) << line;
    EXPECT_NE(line.find("b%26c%3Dd&limit=5"), std::string::npos) << line;
    EXPECT_NE(asked.find("\r\nX-Who: me\r\n"), std::string::npos) << asked;
}

}  // namespace
}  // namespace sluice::http
