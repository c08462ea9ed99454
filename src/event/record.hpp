#pragma once

#include <sluice/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header&) const = default;
};

/// What a topic holds: bytes, as Kafka sees them. No value means a tombstone.
struct Record {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<Header> headers;  ///< in order; names may repeat
    Instant time;                 ///< the record's timestamp (CreateTime)

    bool operator==(const Record&) const = default;

    /// The last header of that name, as Kafka clients read it; nothing if there is none.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

    /// Key, value and headers, in bytes: what budgets count.
    [[nodiscard]] std::size_t size_bytes() const;
};

}  // namespace sluice
