#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::dispatch {

/// The last position of the subjects seen recently, so that a hole or a reused position shows.
/// Subjects are known by a 64-bit hash: two alike among 2^20 would show a hole where there is none,
/// once in some 10^13 subjects.
/// Threads:  one at a time.
/// Limits:   `subjects_max`, rounded up to a power of two, of 16 bytes each; grows as subjects
///           come. When full, a new subject takes the place of another, which is then checked anew
///           from where it is seen next.
class RecentPositions {
public:
    explicit RecentPositions(std::size_t subjects_max);

    /// Takes note of it. Answers what is wrong with it, in one line; empty: nothing.
    [[nodiscard]] std::string check(std::uint64_t subject_hash, Position position);

    /// Takes note of it, if it is above the last one; holes are fine.
    [[nodiscard]] bool rises(std::uint64_t subject_hash, Position position);

    /// Where `check` and `rises` will look: into the processor's cache.
    void prefetch(std::uint64_t subject_hash) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[subject_hash & (slots_.size() - 1)]);
    }

    [[nodiscard]] std::size_t size() const { return size_; }

private:
    struct Slot {
        std::uint64_t subject_hash{};
        Position last;  // 0: free
    };

    [[nodiscard]] Slot& slot_of(std::uint64_t subject_hash);
    void grow();

    std::size_t slots_max_;
    std::size_t size_{};
    std::vector<Slot> slots_;  // a power of two, or none
};

}  // namespace sluice::dispatch
