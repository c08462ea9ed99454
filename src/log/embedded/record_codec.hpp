#pragma once

#include "event/record.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::log {

/// A record within a batch (record_batch.hpp). Stored: a new layout needs a new kFormatVersion.
///
///   | parts 1 | time 8 | key? | value? | headers varint | name, value … |
///
/// `parts`: bit 0 a key is there, bit 1 a value is there. key, value, name: varint length, then
/// bytes. Integers little-endian.
void encode_record(const Record& record, std::string& out);

/// Nothing when the layout is not this one.
[[nodiscard]] std::optional<Record> decode_record(std::string_view stored);

}  // namespace sluice::log
