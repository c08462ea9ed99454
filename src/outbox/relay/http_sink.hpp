#pragma once

#include <sluice/result.hpp>

#include "http/kept_client.hpp"
#include "outbox/relay/sink.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::outbox {

/// A daemon's API.
struct ApiAddress {
    std::string host;
    std::uint16_t port{};

    bool operator==(const ApiAddress&) const = default;
};

/// "http://127.0.0.1:8480"; kInvalidArgument says what is not right about it.
[[nodiscard]] Result<ApiAddress> parse_api_address(std::string_view url);

/// What an answer of `POST /v1/domains/{domain}/events` to so many events means for each of them.
[[nodiscard]] Outcome read_publish_answer(const http::Response& response, std::size_t rows);

/// Publishes to a daemon by HTTP. Threads, failure: as Sink. Limits: 2 s to connect, 8 s for an
/// answer, less than a lease.
class HttpSink final : public Sink {
public:
    /// `token`: empty where nobody asks for one.
    HttpSink(const ApiAddress& api, std::string token)
        : client_{api.host, api.port, {Milliseconds{2'000}, Milliseconds{8'000}}},
          token_{std::move(token)} {}

    [[nodiscard]] Outcome publish(const Batch& batch) override;

private:
    http::KeptClient client_;
    std::string token_;
};

}  // namespace sluice::outbox
