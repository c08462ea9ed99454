#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "sequence/arrival.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sluice::observe {

/// An event, as far as its place counts; a few of them are kept per subject, so it is small.
struct Glimpse {
    Instant at;               ///< when a consumer without lag met it
    std::uint16_t channel{};  ///< index of its topic
    std::uint16_t partition{};
    std::uint32_t source{};  ///< index of its source's name
    std::uint64_t key{};     ///< its number, or, without one, a hash of its id
    bool numbered{false};
    std::uint32_t extra{kNone};  ///< index of what rules and stamps say of it

    static constexpr std::uint32_t kNone = 0xFFFFFFFF;
};

/// What few events have.
struct Extra {
    struct Stamp {
        std::uint32_t source{};
        std::uint64_t number{};
    };

    std::vector<Stamp> stamps;
    std::vector<sequence::NeedMark> needs;
    std::vector<sequence::Mark> marks;
};

/// One event that was met before another that belongs in front of it.
struct Inversion {
    std::size_t first{};  ///< index of the one that belongs in front
    std::size_t then{};   ///< index of the one that was met too early
    Milliseconds early{};
};

/// Two topics of which one has events that belong behind events of the other.
struct Related {
    std::uint16_t first{};
    std::uint16_t then{};

    auto operator<=>(const Related&) const = default;
};

struct SubjectOrder {
    std::vector<Related> related;  ///< sorted, once each
    std::vector<Inversion>
        inversions;  ///< the worst of each event and partition that has what belongs in front
    bool begins_before{false};  ///< something that an event depends on is not among them
};

/// What a consumer met of a subject, where each channel comes later by its lag. What belongs in
/// front of an event: every lower number of its source, the event that it is stamped with, the
/// first one that its rule asks for. `events` in the order of adding: those of one partition lie in
/// its order. Pure.
[[nodiscard]] SubjectOrder order_of(
    std::span<const Glimpse> events,
    std::span<const Extra> extras,
    std::span<const Milliseconds> lags
);

}  // namespace sluice::observe
