#include "commerce/money/money.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace sluice::commerce {

namespace {

__extension__ using Wide = unsigned __int128;  // an amount times a weight, whatever the two are

Wide wide(std::int64_t amount) {
    SLUICE_ASSERT(amount >= 0);
    return static_cast<Wide>(amount);
}

}  // namespace

std::int64_t half_up(std::int64_t a, std::int64_t b) {
    return half_up_product(a, 1, b);
}

std::int64_t half_up_product(std::int64_t a, std::int64_t b, std::int64_t c) {
    SLUICE_ASSERT(c > 0);
    return static_cast<std::int64_t>((2 * wide(a) * wide(b) + wide(c)) / (2 * wide(c)));
}

std::vector<std::int64_t> apportion(std::int64_t total, std::span<const std::int64_t> weights) {
    std::vector<std::int64_t> shares(weights.size(), 0);
    Wide sum = 0;
    for (const std::int64_t weight : weights) sum += wide(weight);
    if (sum == 0) return shares;

    std::vector<Wide> remainders(weights.size(), 0);
    std::int64_t left = total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide product = wide(total) * wide(weights[i]);
        shares[i] = static_cast<std::int64_t>(product / sum);
        remainders[i] = product % sum;
        left -= shares[i];
    }
    std::vector<std::size_t> places(weights.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
        return remainders[a] > remainders[b];
    });
    SLUICE_ASSERT(left >= 0 && left <= static_cast<std::int64_t>(places.size()));
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) ++shares[places[i]];
    return shares;
}

}  // namespace sluice::commerce
