#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <string>

namespace sluice::http {

struct ClientTimeouts {
    Milliseconds connect{5'000};
    Milliseconds answer{30'000};  ///< between two portions of it
};

/// One request, to a daemon on this machine or to a collector.
/// Threads:  any; each call has its own connection.
/// Failure:  kUnavailable when nobody answers.
/// Limits:   ClientTimeouts. Redirections are not followed.
class Client final {
public:
    Client(std::string host, std::uint16_t port, ClientTimeouts timeouts = {})
        : host_{std::move(host)},
          port_{port},
          timeouts_{timeouts} {}

    /// The answer, whatever its status.
    [[nodiscard]] Result<Response> exchange(const Request& request) const;

    /// Of a daemon: an answer of 400 and above becomes the Error that it stands for (error_of).
    [[nodiscard]] Result<Response> send(const Request& request) const;

private:
    std::string host_;
    std::uint16_t port_;
    ClientTimeouts timeouts_;
};

}  // namespace sluice::http
