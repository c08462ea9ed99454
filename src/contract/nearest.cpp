#include "contract/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace sluice::contract {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table: for swaps one looks two rows back (optimal string alignment).
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t at = 0; at <= b.size(); ++at) row[at] = at;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(above);
        above.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, changed});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

namespace {

constexpr std::size_t kLettersMax = 256;  // nobody mistypes more; the table grows by the square

}  // namespace

std::string did_you_mean(std::string_view written, std::span<const std::string_view> names) {
    std::size_t least = std::max<std::size_t>(2, written.size() / 3) + 1;
    std::string_view nearest;
    for (const std::string_view name : names) {
        const auto [shorter, longer] = std::minmax({written.size(), name.size()});
        if (longer > kLettersMax || longer - shorter >= least) continue;
        const std::size_t distance = edit_distance(written, name);
        if (distance >= least || distance >= std::max(written.size(), name.size())) continue;
        least = distance;
        nearest = name;
    }
    return nearest.empty() ? std::string{} : fmt::format("; did you mean '{}'?", nearest);
}

}  // namespace sluice::contract
