#pragma once

#include <sluice/result.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sluice::http {

struct ServerOptions {
    std::string host{"127.0.0.1"};  ///< loopback only: there is no login yet, so others are refused
    std::uint16_t port{0};          ///< 0: any free one
    std::size_t body_bytes_max{16U << 20};  ///< beyond: 413
    std::size_t threads{4};                 ///< requests at once; more wait
};

/// A small HTTP server: exact paths, and prefixes that end in '/'.
/// Threads:  handlers run on the server's threads, several at once; `handle` before `start` only.
/// Lifetime: what handlers capture outlives it; the destructor stops.
/// Failure:  start answers kUnavailable when the port is taken, kInvalidArgument when the host is
/// not loopback. Limits:   ServerOptions.
class Server final {
public:
    using Handler = std::function<Response(const Request&)>;

    explicit Server(ServerOptions options);
    ~Server();
    Server(Server&&) = delete;

    /// `path` ending in '/' takes everything below it.
    void handle(std::string method, std::string path, Handler handler);

    Status start();

    /// Ends requests in flight, then the threads. Safe to repeat.
    void stop() noexcept;

    [[nodiscard]] std::uint16_t port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::http
