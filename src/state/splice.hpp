#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::state {

/// What makes a text of another: both its ends stay, what lies between is another.
struct Splice {
    std::size_t head{};       ///< bytes at the beginning that stay
    std::size_t tail{};       ///< bytes at the end that stay
    std::string_view middle;  ///< of the new text

    bool operator==(const Splice&) const = default;
};

/// The middle borrows from `after`.
[[nodiscard]] Splice splice_between(std::string_view before, std::string_view after);

/// Nothing: `before` is shorter than what is to stay of it.
[[nodiscard]] std::optional<std::string> spliced(std::string_view before, const Splice& splice);

}  // namespace sluice::state
