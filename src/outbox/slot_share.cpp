#include "outbox/slot_share.hpp"

#include "base/assert.hpp"

namespace sluice::outbox {

ShareMove share_slots(const std::vector<SlotOwner>& slots, std::size_t relays, RelayId me) {
    SLUICE_ASSERT(relays > 0);
    const std::size_t share = (slots.size() + relays - 1) / relays;
    ShareMove move;
    std::size_t mine = 0;
    for (const auto& [slot, relay] : slots) {
        if (relay != me) continue;
        if (++mine > share) move.release.push_back(slot);
    }
    for (const auto& [slot, relay] : slots) {
        if (relay != RelayId{} || mine >= share) continue;
        move.claim.push_back(slot);
        ++mine;
    }
    return move;
}

}  // namespace sluice::outbox
