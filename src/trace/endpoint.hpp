#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::trace {

/// Where spans are posted.
struct Endpoint {
    std::string host;
    std::uint16_t port{};
    std::string path;

    bool operator==(const Endpoint&) const = default;

    /// "http://127.0.0.1:4318/v1/traces".
    [[nodiscard]] std::string text() const;
};

/// The address of a collector, "http://collector:4318", as OTEL_EXPORTER_OTLP_ENDPOINT has it:
/// `/v1/traces` is appended. kInvalidArgument says what is not right about it.
[[nodiscard]] Result<Endpoint> parse_base_endpoint(std::string_view url);

/// The address itself, as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT has it.
[[nodiscard]] Result<Endpoint> parse_traces_endpoint(std::string_view url);

}  // namespace sluice::trace
