#pragma once

#include <sluice/result.hpp>

#include "contract/json_pointer.hpp"
#include "event/limits.hpp"
#include "event/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::contract {

/// What the bytes of a key or a header are, and so how they become a text.
enum class Encoding : std::uint8_t {
    kString,  ///< UTF-8, as it is
    kInt64,   ///< eight bytes, big-endian, signed: written in decimal, as Java's LongSerializer
              ///< takes it
    kBytes,   ///< any: written in hexadecimal, two small digits each
};

/// Where a plain record says something of its event.
struct Constant {
    std::string text;
};

struct FromKey {
    Encoding encoding{Encoding::kString};
};

struct FromHeader {
    std::string name;
    Encoding encoding{Encoding::kString};
};

/// A JsonPointer looks into the value.
using PlainField = std::variant<Constant, FromKey, FromHeader, JsonPointer>;

/// How the records of a producer that knows nothing of CloudEvents are events: `plain` of a
/// channel. Records that are CloudEvents events are taken as they are.
struct PlainRecords {
    PlainField subject;
    PlainField type;
    std::string source;
    std::optional<PlainField> id;      ///< nothing: partition, offset and time of the record
    std::optional<PlainField> number;  ///< nothing: the events of this channel have none
};

/// What a field of the mapping says of the record. Pure.
/// Failure: kInvalidEvent, also for a text that no attribute of an event may hold.
[[nodiscard]] Result<std::string> text_of(
    const PlainField& field, const Record& record, const event::EventLimits& limits
);

/// The bytes that read as this text; nothing: none do.
[[nodiscard]] std::optional<std::string> bytes_of(std::string_view text, Encoding encoding);

/// The headers that make a plain record an event in binary mode; they go behind its own, and its
/// value stays what it is. Pure. `otherwise_id` is the id where the mapping names none.
/// Failure: kInvalidEvent: "subject: header 'order-id' is not there".
[[nodiscard]] Result<Headers> event_headers(
    const PlainRecords& plain,
    const Record& record,
    std::string_view otherwise_id,
    const event::EventLimits& limits
);

}  // namespace sluice::contract
