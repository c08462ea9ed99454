#pragma once

#include <sluice/result.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <string>

namespace sluice::http {

/// One request to a daemon on this machine.
/// Threads:  any; each call has its own connection.
/// Failure:  kUnavailable when nobody answers; a problem+json answer becomes the Error that it
/// stands for. Limits:   waits 30 s for an answer.
class Client final {
public:
    Client(std::string host, std::uint16_t port) : host_{std::move(host)}, port_{port} {}

    [[nodiscard]] Result<Response> send(const Request& request) const;

private:
    std::string host_;
    std::uint16_t port_;
};

}  // namespace sluice::http
