#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sluice::http {

struct ClientTimeouts {
    Milliseconds connect{5'000};
    Milliseconds answer{30'000};  ///< between two portions of it
};

/// HTTPS: who vouches for the server.
struct ClientTls {
    std::string authorities{};  ///< a PEM file; empty: those of the system
    bool verify{true};          ///< false: whoever answers is believed; on this machine only
};

/// One request, to a daemon or to a collector.
/// Threads:  any; each call has its own connection.
/// Failure:  kUnavailable when nobody answers, or nobody vouches for who does.
/// Limits:   ClientTimeouts. Redirections are not followed.
class Client final {
public:
    /// `tls`: nothing: plain HTTP.
    Client(
        std::string host,
        std::uint16_t port,
        ClientTimeouts timeouts = {},
        std::optional<ClientTls> tls = {}
    )
        : host_{std::move(host)},
          port_{port},
          timeouts_{timeouts},
          tls_{std::move(tls)} {}

    /// The answer, whatever its status.
    [[nodiscard]] Result<Response> exchange(const Request& request) const;

    /// Of a daemon: an answer of 400 and above becomes the Error that it stands for (error_of).
    [[nodiscard]] Result<Response> send(const Request& request) const;

private:
    std::string host_;
    std::uint16_t port_;
    ClientTimeouts timeouts_;
    std::optional<ClientTls> tls_;
};

}  // namespace sluice::http
