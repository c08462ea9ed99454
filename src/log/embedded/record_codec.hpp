#pragma once

#include "event/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::log {

/// A record as it lies in the column family `records`. Stored: a new layout needs a new
/// kFormatVersion.
///
///   | check 8 | parts 1 | time 8 | key? | value? | headers varint | name, value … |
///
/// `check` is hash64({key of the entry, all bytes behind the check}): a record that is damaged, or
/// that lies under another's offset, shows. `parts`: bit 0 a key is there, bit 1 a value is there.
/// key, value, name: varint length, then bytes. Integers little-endian.
inline constexpr std::size_t kCheckBytes = 8;

/// Appends everything behind the check.
void encode_record(const Record& record, std::string& out);

[[nodiscard]] std::uint64_t record_check(std::string_view entry_key, std::string_view body);

/// Nothing when the check does not hold or the layout is not this one.
[[nodiscard]] std::optional<Record> decode_record(
    std::string_view entry_key, std::string_view stored
);

}  // namespace sluice::log
