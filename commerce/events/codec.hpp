#pragma once

#include <sluice/result.hpp>

#include "commerce/events/payloads.hpp"

#include <string>
#include <string_view>

namespace sluice::commerce {

/// The largest amount or count in a payload; sums of them stay far below 64 bits.
inline constexpr std::int64_t kIntegerMax = 1'000'000'000'000'000;

/// The payload's one JSON text: fields in the order of docs/commerce/events.md, no blanks.
/// `Payload` is any struct of payloads.hpp.
template <class Payload>
[[nodiscard]] std::string encode(const Payload& payload);

/// Takes the payload's JSON, blanks and order of members free: every field present once, no other,
/// each of its kind and range, units ascending, sellers of units among those of the shipping.
/// Failure: kInvalidEvent with the field and the byte: "units[2].net: expected … (byte 241)".
template <class Payload>
[[nodiscard]] Result<Payload> decode(std::string_view json);

}  // namespace sluice::commerce
