#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::event {

/// "Happened after this": an event of another source, of the same subject.
struct Stamp {
    std::string source;
    SourceNumber number;

    auto operator<=>(const Stamp&) const = default;
};

/// More stamps than this on one event are refused.
inline constexpr std::size_t kStampsMax = 64;

/// Extension `sourcesequence`: a decimal number from 1 on. kInvalidEvent shows what was there
/// instead.
[[nodiscard]] Result<SourceNumber> parse_source_sequence(std::string_view text);

/// Extension `dependson`: "/orders 3 /payments 1", pairs of source and number, separated by blanks.
[[nodiscard]] Result<std::vector<Stamp>> parse_depends_on(std::string_view text);

/// What parse_depends_on reads back.
[[nodiscard]] std::string write_depends_on(const std::vector<Stamp>& stamps);

}  // namespace sluice::event
