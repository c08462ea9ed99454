#include "commerce/oracle/amount.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::commerce::oracle {
namespace {

constexpr std::int64_t kLargest = 1'000'000'000'000'000;

Error refused(std::string_view text, std::string_view what) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("'{}' is not {}", text, what)};
}

}  // namespace

Result<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end || value > kLargest || value < -kLargest) {
        return refused(text, "a whole number");
    }
    return value;
}

Result<std::int64_t> minor_units(std::string_view text, int digits) {
    std::int64_t value = 0;
    int after_point = -1;  // -1: no point yet
    bool digit_seen = false;
    for (const char c : text) {
        if (c == '.' && after_point < 0) {
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9') return refused(text, "an amount");
        digit_seen = true;
        if (after_point >= digits) {
            if (c != '0') return refused(text, "an amount in whole minor units");
            continue;
        }
        value = value * 10 + (c - '0');
        if (value > kLargest) return refused(text, "an amount below 10^15");
        if (after_point >= 0) ++after_point;
    }
    if (!digit_seen) return refused(text, "an amount");
    for (int missing = after_point < 0 ? digits : digits - after_point; missing > 0; --missing) {
        value *= 10;
        if (value > kLargest) return refused(text, "an amount below 10^15");
    }
    return value;
}

}  // namespace sluice::commerce::oracle
