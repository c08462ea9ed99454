#pragma once

#include <sluice/time.hpp>

#include "event/headers.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// What a topic holds: bytes, as Kafka sees them. No value means a tombstone.
struct Record {
    std::optional<std::string> key;
    std::optional<std::string> value;
    Headers headers;
    Instant time;  ///< the record's timestamp (CreateTime)

    bool operator==(const Record&) const = default;

    /// The last header of that name, as Kafka clients read it; nothing if there is none.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

    /// Key, value and headers, in bytes: what budgets count.
    [[nodiscard]] std::size_t size_bytes() const;
};

}  // namespace sluice
