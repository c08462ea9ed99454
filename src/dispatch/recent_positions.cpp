#include "dispatch/recent_positions.hpp"

#include "dispatch/dispatcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace sluice::dispatch {

namespace {

constexpr std::size_t kSlotsAtFirst = 256;
constexpr std::size_t kProbes = 8;  // two cache lines

}  // namespace

RecentPositions::RecentPositions(std::size_t subjects_max)
    : slots_max_{subjects_max == 0 ? 0 : std::bit_ceil(subjects_max)},
      slots_(std::min(slots_max_, kSlotsAtFirst)) {}

std::string RecentPositions::check(std::uint64_t subject_hash, Position position) {
    if (slots_.empty()) return {};
    if (size_ * 4 > slots_.size() * 3 && slots_.size() < slots_max_) grow();
    Slot& slot = slot_of(subject_hash);
    const bool known = slot.last.value != 0 && slot.subject_hash == subject_hash;
    if (!known) {
        if (slot.last.value == 0) ++size_;
        slot = Slot{subject_hash, position};
        return {};
    }
    const Position expected = slot.last.next();
    if (position == expected) {
        slot.last = position;
        return {};
    }
    if (position < expected) {
        return fmt::format(
            "{}position {} is used again; {} was expected",
            kHoleReason,
            position.value,
            expected.value
        );
    }
    slot.last = position;
    return fmt::format(
        "{}position {} came; {} was expected", kHoleReason, position.value, expected.value
    );
}

bool RecentPositions::rises(std::uint64_t subject_hash, Position position) {
    if (slots_.empty()) return true;
    if (size_ * 4 > slots_.size() * 3 && slots_.size() < slots_max_) grow();
    Slot& slot = slot_of(subject_hash);
    if (slot.last.value == 0) ++size_;
    if (slot.subject_hash == subject_hash && position <= slot.last) return false;
    slot = Slot{subject_hash, position};
    return true;
}

RecentPositions::Slot& RecentPositions::slot_of(std::uint64_t subject_hash) {
    const std::size_t mask = slots_.size() - 1;
    Slot* free = nullptr;
    for (std::size_t probe = 0; probe < kProbes; ++probe) {
        Slot& slot = slots_[(subject_hash + probe) & mask];
        if (slot.last.value == 0) {
            if (free == nullptr) free = &slot;
        } else if (slot.subject_hash == subject_hash) {
            return slot;
        }
    }
    if (free != nullptr) return *free;
    return slots_[(subject_hash + (subject_hash >> 32U) % kProbes) & mask];  // this one gives way
}

void RecentPositions::grow() {
    std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    size_ = 0;
    for (const Slot& old : before) {
        if (old.last.value == 0) continue;
        Slot& slot = slot_of(old.subject_hash);
        if (slot.last.value == 0) ++size_;
        slot = old;
    }
}

}  // namespace sluice::dispatch
