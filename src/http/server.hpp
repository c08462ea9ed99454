#pragma once

#include <sluice/result.hpp>

#include "http/certificate.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::http {

/// An address of 127/8 or ::1, or the name localhost; any other name may lead elsewhere.
[[nodiscard]] bool is_loopback(const std::string& host);

struct ServerOptions {
    std::string host{"127.0.0.1"};                     ///< loopback only, unless `beyond_loopback`
    bool beyond_loopback{false};                       ///< `admit` sees to who is let in
    std::uint16_t port{0};                             ///< 0: any free one
    std::shared_ptr<const Certificate> certificate{};  ///< null: plain HTTP
    std::size_t body_bytes_max{16U << 20};             ///< of one request; beyond: 413
    std::size_t bodies_bytes_max{64U << 20};           ///< of all requests at once; beyond: 429
    std::size_t threads{4};                            ///< requests at once; more wait
    std::size_t connections_max{256};  ///< served or waiting; more wait to be let in
    std::size_t backlog{1'024};        ///< more that the kernel lets wait (somaxconn)
    std::chrono::milliseconds stop_patience{10'000};  ///< for requests; then they are cut off
    /// Why a request is not let in, asked before its body is kept; nothing: it is.
    std::function<std::optional<Response>(const Request&)> admit{
        [](const Request&) { return std::optional<Response>{}; }};
    /// Told of an exception that a handler has thrown; the caller got 500.
    std::function<void(std::string_view what)> on_failure{[](std::string_view) {}};
};

/// How much of its limits a server uses now, and what it refused for them.
struct ServerLoad {
    std::size_t connections{};  ///< served or waiting
    std::size_t connections_max{};
    std::size_t bodies_bytes{};
    std::size_t bodies_bytes_max{};
    std::uint64_t refused{};  ///< requests answered 429
};

/// A small HTTP server: exact paths, and prefixes that end in '/'. Whatever it refuses it answers
/// with problem+json.
/// Threads:  handlers run on the server's threads, several at once; `handle` before `start` only.
/// Lifetime: what handlers capture outlives it; the destructor stops.
/// Failure:  start answers kUnavailable when the port is taken, kInvalidArgument when the host is
///           not loopback.
/// Limits:   ServerOptions.
class Server final {
public:
    explicit Server(ServerOptions options);
    ~Server();
    Server(Server&&) = delete;

    /// `path` ending in '/' takes everything below it.
    void handle(std::string method, std::string path, Handler handler);

    Status start();

    /// Lets requests in flight end, cuts off those that have not when `stop_patience` is over, then
    /// ends the threads. Handlers that are at work are waited for. Safe to repeat.
    void stop() noexcept;

    [[nodiscard]] std::uint16_t port() const;

    [[nodiscard]] ServerLoad load() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::http
