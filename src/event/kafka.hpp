#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"
#include "event/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::event {

/// How a record carries its event (CloudEvents Kafka protocol binding 1.0.2).
enum class ContentMode : std::uint8_t {
    kBinary,      ///< attributes in headers `ce_…`, data as the value
    kStructured,  ///< all in the value; content-type application/cloudevents…
    kNone,        ///< no CloudEvents event
};

inline constexpr std::string_view kContentType = "content-type";
inline constexpr std::string_view kHeaderPrefix = "ce_";

[[nodiscard]] ContentMode mode_of(const Record& record) noexcept;

/// Whether a record of that content type holds its event in its value.
[[nodiscard]] bool is_structured(std::string_view content_type) noexcept;

/// No value and no event: what a compacted topic keeps of a deleted key. An event without data has
/// no value either, but it has its headers.
[[nodiscard]] bool is_tombstone(const Record& record) noexcept;

/// Binary mode. The record's time is left at zero for the caller to set.
[[nodiscard]] Record to_record(const Event& event, std::optional<std::string> key);

/// Structured mode, JSON.
[[nodiscard]] Record to_structured_record(const Event& event, std::optional<std::string> key);

/// Either mode; the result is valid. Where a header is there twice, the last one counts, as for
/// Kafka's own clients, and each must be right. kInvalidEvent names the header, kUnsupported a
/// structured format other than JSON.
[[nodiscard]] Result<Event> from_record(const Record& record, const EventLimits& limits);

/// The same record in binary mode, so that a header can say more about it: key, time and the
/// headers that are not the event's stay. A binary record comes back byte for byte and unexamined.
[[nodiscard]] Result<Record> to_binary(Record record, const EventLimits& limits);

/// The record with that header once, at the end; all else stays byte for byte, in its order.
[[nodiscard]] Record with_header(Record record, std::string_view name, std::string_view value);

/// The header of an attribute: "ce_subjectposition".
[[nodiscard]] std::string header_name(std::string_view attribute);

}  // namespace sluice::event
