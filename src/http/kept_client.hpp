#pragma once

#include <sluice/result.hpp>

#include "http/client.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sluice::http {

/// Many requests to one server, one after the other, over a connection that is kept while the
/// server keeps it.
/// Threads:  one at a time.
/// Failure:  as Client. A request whose connection breaks is not sent again: whether the server has
///           had it is not known.
/// Limits:   ClientTimeouts. Redirections are not followed.
class KeptClient final {
public:
    KeptClient(const std::string& host, std::uint16_t port, const ClientTimeouts& timeouts = {});
    ~KeptClient();
    KeptClient(const KeptClient&) = delete;
    KeptClient& operator=(const KeptClient&) = delete;

    /// The answer, whatever its status.
    [[nodiscard]] Result<Response> exchange(const Request& request);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::http
