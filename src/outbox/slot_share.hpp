#pragma once

#include "outbox/row.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::outbox {

/// A relay that is registered; never the same one twice.
using RelayId = StrongId<struct RelayIdTag, std::int32_t>;

/// Whose a slot is; 0: nobody's, or of a relay that is gone.
struct SlotOwner {
    Slot slot;
    RelayId relay;
};

/// What a relay should do so that living relays have equal shares.
struct ShareMove {
    std::vector<Slot> claim;    ///< that nobody has
    std::vector<Slot> release;  ///< that others should have
};

/// Of all slots, as they are under the lock of the table of slots. Whoever has more than its share
/// gives up what is beyond, at once; nobody takes what another one has.
[[nodiscard]] ShareMove share_slots(
    const std::vector<SlotOwner>& slots, std::size_t relays, RelayId me
);

}  // namespace sluice::outbox
