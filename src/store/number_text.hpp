#pragma once

#include <sluice/sql.hpp>

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace sluice::store {

/// A real number that a server wrote as text: also "NaN", "Infinity", "-Infinity".
[[nodiscard]] inline double real_of_text(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A decimal as SQLite would have it: whole and of 64 bits it is an INTEGER, else a REAL.
[[nodiscard]] inline SqlValue number_of_text(std::string_view text) {
    std::int64_t whole = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (code == std::errc{} && end == text.data() + text.size()) return whole;
    return real_of_text(text);
}

}  // namespace sluice::store
