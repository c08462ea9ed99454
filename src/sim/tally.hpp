#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::sim {

/// What histories went through: that a fault was provoked is a part of the proof.
enum class Outcome : std::uint8_t {
    kReleased,
    kHandled,
    kWaited,
    kDuplicate,
    kConflict,
    kLate,
    kInvalid,
    kPark,
    kGapParked,
    kSkip,
    kRepartition,
    kRestart,
    kTakeover,
    kFenced,
    kTorn,
    kShownLate,
    kSpill,
    kFlood,
    kUnreadable,
    kSweep,
    kClosedSubject,
    kRetry,
    kRedelivery,
};

inline constexpr std::size_t kOutcomes = 23;

inline constexpr std::array<std::string_view, kOutcomes> kOutcomeNames{
    "released",   "handled", "waited",     "duplicate",  "conflict",    "late",
    "invalid",    "park",    "gap_parked", "skip",       "repartition", "restart",
    "takeover",   "fenced",  "torn",       "shown_late", "spill",       "flood",
    "unreadable", "sweep",   "closed",     "retry",      "redelivery"};

struct Tally {
    std::uint64_t events{0};  ///< arrived, copies counted
    std::array<std::uint64_t, kOutcomes> counts{};

    [[nodiscard]] std::uint64_t& of(Outcome outcome) {
        return counts[static_cast<std::size_t>(outcome)];
    }

    void add(const Tally& other) {
        events += other.events;
        for (std::size_t i = 0; i < kOutcomes; ++i) counts[i] += other.counts[i];
    }
};

}  // namespace sluice::sim
