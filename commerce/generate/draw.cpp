#include "commerce/generate/draw.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

namespace sluice::commerce {

namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace

Draw::Draw(std::uint64_t seed, std::uint64_t number)
    : state_{mix(seed + kGolden) ^ mix(number * kGolden + 1)} {}

std::uint64_t Draw::next() {
    state_ += kGolden;
    return mix(state_);
}

std::int64_t Draw::below(std::int64_t n) {
    SLUICE_ASSERT(n > 0);
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
}

std::size_t Draw::weighted(std::span<const std::int64_t> weights) {
    std::int64_t sum = 0;
    for (const std::int64_t weight : weights) sum += weight;
    std::int64_t roll = below(sum);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (roll < weights[i]) return i;
        roll -= weights[i];
    }
    SLUICE_UNREACHABLE();
}

std::int64_t Draw::from(std::span<const Quantile> table) {
    const std::int64_t roll = below(1'000'000);  // millionths, for values between the points
    for (std::size_t i = 1; i < table.size(); ++i) {
        const std::int64_t low = table[i - 1].permille * 1'000;
        const std::int64_t high = table[i].permille * 1'000;
        if (roll >= high) continue;
        return table[i - 1].value +
               (table[i].value - table[i - 1].value) * (roll - low) / (high - low);
    }
    SLUICE_UNREACHABLE();
}

std::string invented_id(std::uint64_t seed, std::string_view kind, std::uint64_t number) {
    std::uint64_t of_kind = 0;
    for (const char c : kind) of_kind = mix(of_kind + kGolden + static_cast<unsigned char>(c));
    Draw draw{seed ^ of_kind, number};
    const std::uint64_t high = draw.next();
    return fmt::format("{:016x}{:016x}", high, draw.next());
}

}  // namespace sluice::commerce
