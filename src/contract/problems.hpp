#pragma once

#include <sluice/result.hpp>

#include <compare>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::contract {

/// A place in a text file, as editors count: from 1.
struct Place {
    std::size_t line{1};
    std::size_t column{1};

    auto operator<=>(const Place&) const = default;
};

/// Everything that is wrong with one file, so that it can be mended in one go.
/// Threads: one.
class Problems {
public:
    /// `line`: "order.yaml:12:5: /x-sluice/gap/policy: 'hold' is not one of wait, park, skip".
    void add(Place place, std::string line) { lines_.emplace(place, std::move(line)); }

    [[nodiscard]] bool empty() const { return lines_.empty(); }

    /// In the order of the file, each once.
    [[nodiscard]] std::vector<std::string> lines() const;

    /// All of them, a line each; kBadConfig.
    [[nodiscard]] Error error() const;

private:
    std::set<std::pair<Place, std::string>> lines_;
};

}  // namespace sluice::contract
