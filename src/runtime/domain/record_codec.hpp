#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"

#include <string>
#include <string_view>

namespace sluice::runtime {

/// A record as it lies in a backlog. Stored:
///
///   | version 1 | parts 1 | time 8 | key? | value? | headers varint | name, value … |
///
/// `parts`: bit 0 a key is there, bit 1 a value is there. key, value, name: varint length, then
/// bytes.
[[nodiscard]] std::string encode_record(const Record& record);

/// kCorrupt for whatever encode_record did not write.
[[nodiscard]] Result<Record> decode_record(std::string_view stored);

}  // namespace sluice::runtime
