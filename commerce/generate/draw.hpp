#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// A point of a quantile table: `permille` of all values are at most `value`.
struct Quantile {
    std::int64_t permille{};
    std::int64_t value{};
};

/// Numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014) and integer arithmetic only, so that
/// every machine draws the same. A value; copy it to draw the same again.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : state_{seed} {}

    /// Its own sequence for each (seed, number).
    Draw(std::uint64_t seed, std::uint64_t number);

    [[nodiscard]] std::uint64_t next();

    /// 0 to n − 1; n > 0.
    [[nodiscard]] std::int64_t below(std::int64_t n);

    /// low to high, both included.
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + below(high - low + 1);
    }

    /// True for `part` of `of`.
    [[nodiscard]] bool happens(std::int64_t part, std::int64_t of) { return below(of) < part; }

    /// The place of one weight, each as likely as it weighs.
    [[nodiscard]] std::size_t weighted(std::span<const std::int64_t> weights);

    /// A value between two points of the table, which begins at 0 and ends at 1000 ‰.
    [[nodiscard]] std::int64_t from(std::span<const Quantile> table);

private:
    std::uint64_t state_;
};

/// 32 hexadecimal digits that look like the real data's ids.
[[nodiscard]] std::string invented_id(
    std::uint64_t seed, std::string_view kind, std::uint64_t number
);

}  // namespace sluice::commerce
