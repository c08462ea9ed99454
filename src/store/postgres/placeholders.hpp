#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::store {

struct NumberedStatement {
    std::string text;
    std::size_t places{};
};

/// `?` as PostgreSQL wants it: $1, $2, … In literals (also E'…' and $tag$…$tag$), names in quotes
/// and comments it stays what it is. Operators with a `?` in them (of jsonb) are not told apart:
/// call their function, jsonb_exists and its like.
[[nodiscard]] NumberedStatement number_places(std::string_view statement);

}  // namespace sluice::store
