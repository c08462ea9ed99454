#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace sluice::deliver::push::test {

/// A request as a receiver got it; names of headers in small letters.
struct Got {
    std::string line;
    std::map<std::string, std::string> headers;
    std::string body;
    std::size_t connection{};

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

/// What a receiver does with a request: the very bytes that it sends, and how it goes on.
struct Reaction {
    std::string bytes;
    enum class Then { kNext, kClose, kReset } then{Then::kNext};
};

inline Reaction answer(int status, const std::string& headers = "", const std::string& body = "") {
    return {fmt::format(
        "HTTP/1.1 {} X\r\n{}Content-Length: {}\r\n\r\n{}", status, headers, body.size(), body
    )};
}

/// A receiver on real sockets, a thread per connection; what it does is the test's to say, with
/// the bytes as they are.
class Receiver {
public:
    using Act = std::function<Reaction(const Got&)>;

    explicit Receiver(Act act, int backlog = 4'096) : act_{std::move(act)} {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const int yes = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): so the C interface wants it
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
        port_ = ntohs(address.sin_port);
        EXPECT_EQ(::listen(listener_, backlog), 0);
        thread_ = std::jthread{[this] { accept_all(); }};
    }

    ~Receiver() { stop(); }

    Receiver(const Receiver&) = delete;

    /// Nobody is there any more: connections are reset.
    void stop() {
        {
            const std::lock_guard lock{mutex_};
            if (std::exchange(stopped_, true)) return;
            ::shutdown(listener_, SHUT_RDWR);
            for (const int one : open_) ::shutdown(one, SHUT_RDWR);
        }
        thread_.join();
        for (std::jthread& one : connections_) one.join();
        ::close(listener_);
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] std::vector<Got> got() const {
        const std::lock_guard lock{mutex_};
        return got_;
    }

    [[nodiscard]] std::size_t connections() const { return accepted_; }

    [[nodiscard]] std::size_t most_at_once() const { return most_at_once_; }

    std::atomic<bool> reads{true};  ///< false: it reads no request to its end

private:
    void accept_all() {
        while (true) {
            const int one = ::accept(listener_, nullptr, nullptr);
            if (one < 0) return;
            const std::lock_guard lock{mutex_};
            if (stopped_) {
                ::close(one);
                return;
            }
            open_.push_back(one);
            const std::size_t number = ++accepted_;
            connections_.emplace_back([this, one, number] { serve(one, number); });
        }
    }

    void serve(int socket, std::size_t number) {
        std::string buffer;
        Got got;
        while (read_request(socket, buffer, got)) {
            got.connection = number;
            const std::size_t now = ++busy_;
            std::size_t most = most_at_once_;
            while (now > most && !most_at_once_.compare_exchange_weak(most, now)) {
            }
            {
                const std::lock_guard lock{mutex_};
                got_.push_back(got);
            }
            const Reaction reaction = act_(got);
            --busy_;
            ::send(socket, reaction.bytes.data(), reaction.bytes.size(), MSG_NOSIGNAL);
            if (reaction.then == Reaction::Then::kClose) break;
            if (reaction.then == Reaction::Then::kReset) {
                const linger reset{1, 0};
                ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
                break;
            }
        }
        const std::lock_guard lock{mutex_};
        std::erase(open_, socket);
        ::close(socket);
    }

    bool read_request(int socket, std::string& buffer, Got& got) {
        constexpr std::string_view kEnd = "\r\n\r\n";
        while (reads && buffer.find(kEnd) == std::string::npos) {
            if (!read_more(socket, buffer)) return false;
        }
        while (!reads) {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            const std::lock_guard lock{mutex_};
            if (stopped_) return false;
        }
        const std::size_t head = buffer.find(kEnd) + kEnd.size();
        got = Got{buffer.substr(0, buffer.find("\r\n")), {}, {}};
        std::size_t at = got.line.size() + 2;
        while (at + 2 < head) {
            const std::size_t end = buffer.find("\r\n", at);
            const std::string line = buffer.substr(at, end - at);
            std::string name = line.substr(0, line.find(':'));
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            EXPECT_TRUE(got.headers.emplace(name, line.substr(line.find(':') + 2)).second) << line;
            at = end + 2;
        }
        const std::string length = got.header("content-length");
        const std::size_t body = length.empty() ? 0 : std::stoul(length);
        while (buffer.size() < head + body) {
            if (!read_more(socket, buffer)) return false;
        }
        got.body = buffer.substr(head, body);
        buffer.erase(0, head + body);
        return true;
    }

    static bool read_more(int socket, std::string& buffer) {
        char part[4'096];
        const ssize_t size = ::recv(socket, part, sizeof part, 0);
        if (size <= 0) return false;
        buffer.append(part, static_cast<std::size_t>(size));
        return true;
    }

    Act act_;
    int listener_;
    std::uint16_t port_{0};
    mutable std::mutex mutex_;
    bool stopped_{false};
    std::vector<int> open_;
    std::vector<Got> got_;
    std::atomic<std::size_t> accepted_{0};
    std::atomic<std::size_t> busy_{0};
    std::atomic<std::size_t> most_at_once_{0};
    std::vector<std::jthread> connections_;
    std::jthread thread_;
};

}  // namespace sluice::deliver::push::test
