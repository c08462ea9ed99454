#pragma once

#include "base/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// Where some records of old homes have gone. First all that will be asked for, then records in the
/// order of each home, then the questions.
/// Threads:  one.
/// Limits:   16 bytes for each that will be asked for.
class OffsetsMoved {
public:
    explicit OffsetsMoved(std::uint32_t homes) : homes_(homes) {}

    void will_be_asked(HomeId home, Offset at) {
        homes_[home.value].wanted.emplace_back(at, kNowhere);
    }

    void asked_for_no_more() {
        for (Home& home : homes_) std::sort(home.wanted.begin(), home.wanted.end());
    }

    void moved(HomeId from, Offset at, Offset to) {
        Home& home = homes_[from.value];
        while (home.next < home.wanted.size() && home.wanted[home.next].first < at) ++home.next;
        for (; home.next < home.wanted.size() && home.wanted[home.next].first == at; ++home.next) {
            home.wanted[home.next].second = to;
        }
    }

    /// Nothing: there was no such record any more.
    [[nodiscard]] std::optional<Offset> now(HomeId from, Offset at) const {
        const auto& wanted = homes_[from.value].wanted;
        const auto found = std::lower_bound(wanted.begin(), wanted.end(), std::pair{at, kNowhere});
        if (found == wanted.end() || found->first != at) return std::nullopt;
        if (found->second == kNowhere) return std::nullopt;
        return found->second;
    }

private:
    static constexpr Offset kNowhere{-1};

    struct Home {
        std::vector<std::pair<Offset, Offset>> wanted;  ///< (at, now), ascending
        std::size_t next{0};
    };

    std::vector<Home> homes_;
};

}  // namespace sluice::runtime
