#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::log {

/// What every backend refuses alike, before it touches anything. Pure.

inline constexpr std::size_t kTopicNameBytesMax = 249;
inline constexpr std::uint32_t kPartitionsMax = 4'096;

/// kInvalidArgument names the name or count and what is allowed.
[[nodiscard]] Status validate(const TopicSpec& spec);

/// Group names are for people: 1 to 249 bytes without control characters.
[[nodiscard]] Status validate_group(std::string_view group);

/// At least one home, each once.
[[nodiscard]] Status validate_homes(std::span<const HomeId> homes);

/// At least one append, each with a record; kTooLarge names the record that is.
[[nodiscard]] Status validate(std::span<const Append> appends, std::size_t record_bytes_max);

/// The step's homes are all `leased`, and every part of it names one of them. An empty step passes.
[[nodiscard]] Status validate(
    const Step& step, std::span<const HomeId> leased, std::size_t record_bytes_max
);

}  // namespace sluice::log
