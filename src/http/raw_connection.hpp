#pragma once

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace sluice::http::test {

/// A connection that sends what no decent client does, byte for byte.
class RawConnection {
public:
    explicit RawConnection(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): so the C interface wants it
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        EXPECT_EQ(::connect(socket_, generic, sizeof address), 0);
    }

    ~RawConnection() { ::close(socket_); }

    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the server has closed: what it said can still be read
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Nothing more will be sent.
    void finish() const { ::shutdown(socket_, SHUT_WR); }

    /// Everything up to `end`, or up to where the server closes.
    [[nodiscard]] std::string read_to(std::string_view end) {
        std::string text;
        char letter{};
        while (!text.ends_with(end) && ::recv(socket_, &letter, 1, 0) == 1) text.push_back(letter);
        return text;
    }

    /// The next answer, its head and body; "" when the server has closed.
    [[nodiscard]] std::string read_answer() {
        std::string answer = read_to("\r\n\r\n");
        constexpr std::string_view kLength = "Content-Length: ";
        const std::size_t at = answer.find(kLength);
        if (at == std::string::npos) return answer;
        std::size_t left = std::stoul(answer.substr(at + kLength.size()));
        char letter{};
        for (; left > 0 && ::recv(socket_, &letter, 1, 0) == 1; --left) answer.push_back(letter);
        return answer;
    }

private:
    int socket_;
};

}  // namespace sluice::http::test
