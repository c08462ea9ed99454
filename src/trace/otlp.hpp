#pragma once

#include "trace/span.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::trace {

/// Who sends the spans.
struct Resource {
    std::string service{"sluice"};
    std::string version;
};

/// An ExportTraceServiceRequest of opentelemetry-proto 1.x in its JSON form (OTLP 1.x, "JSON
/// Protobuf Encoding"): ids in hex, 64-bit numbers as texts, enumerations as numbers. Bytes that
/// are not UTF-8 are written as U+FFFD.
[[nodiscard]] std::string to_otlp_json(const Resource& resource, std::span<const SpanPtr> spans);

/// What an answer of the collector means for the batch (OTLP/HTTP, "Failures").
enum class Verdict : std::uint8_t {
    kTaken,  ///< by the collector; maybe not all of it
    kAgain,  ///< later: 429, 502, 503, 504
    kNever,  ///< it will not be taken
};

[[nodiscard]] Verdict verdict_of(int status) noexcept;

/// Of an answer that took the batch: how many spans of it were refused for good.
[[nodiscard]] std::uint64_t refused_spans(std::string_view body);

/// `Retry-After` in seconds; nothing for any other form.
[[nodiscard]] std::optional<Milliseconds> retry_after(std::string_view header) noexcept;

}  // namespace sluice::trace
