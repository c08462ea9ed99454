#pragma once

#include <sluice/result.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <string>

namespace sluice::http {

/// One request to a daemon on this machine.
/// Threads:  any; each call has its own connection.
/// Failure:  kUnavailable when nobody answers; an answer of 400 and above becomes the Error that it
///           stands for (error_of).
/// Limits:   waits 5 s for a connection, 30 s for an answer.
class Client final {
public:
    Client(std::string host, std::uint16_t port) : host_{std::move(host)}, port_{port} {}

    [[nodiscard]] Result<Response> send(const Request& request) const;

private:
    std::string host_;
    std::uint16_t port_;
};

}  // namespace sluice::http
