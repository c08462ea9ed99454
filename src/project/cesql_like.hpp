#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::project::cesql {

/// A pattern of LIKE, made once: `%` any characters, `_` one, `\%` and `\_` themselves, and every
/// other character, a backslash before others included, itself.
/// Threads: const; share it. Limits: length of the text times length of the pattern steps.
class LikePattern {
public:
    LikePattern() = default;
    explicit LikePattern(std::string_view pattern);

    [[nodiscard]] bool matches(std::string_view text) const;

private:
    enum class Kind : std::uint8_t { kByte, kOne, kAny };

    struct Step {
        Kind kind;
        char byte;
    };

    std::vector<Step> steps_;  // bytes, not characters: UTF-8 cannot be misread in the middle
};

}  // namespace sluice::project::cesql
