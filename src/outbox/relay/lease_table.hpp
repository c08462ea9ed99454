#pragma once

#include "outbox/relay/postgres.hpp"
#include "outbox/slot_share.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::outbox {

/// What the outbox holds, as some relay has last counted it.
struct Backlog {
    std::uint64_t pending{};
    std::uint64_t parked{};
    std::int64_t oldest_s{};  ///< seconds since 1970; 0: nothing is pending
    bool full{};
};

[[nodiscard]] Result<Backlog> read_backlog(PgConnection& connection);

/// Who has which slot: sluice_outbox_relay and sluice_outbox_slot. A relay lives as long as its
/// lease, and only while its connection does: an advisory lock that its session holds tells others
/// at once that it is gone.
/// Threads:  the connection's.
/// Lifetime: the connection outlives it, and is its alone from `join` to `leave`.
/// Failure:  as PgConnection. kFenced: the lease has passed, and others may have the slots.
class LeaseTable {
public:
    LeaseTable(PgConnection& connection, Milliseconds lease)
        : connection_{connection},
          lease_{lease} {}

    /// Registers a relay that has no slot yet, and listens for the bell.
    [[nodiscard]] Status join(const std::string& name);

    [[nodiscard]] Status renew();

    /// Clears away relays that are gone, and moves towards equal shares; answers the slots that are
    /// now this relay's. Rows of a slot that it gives up may not be in flight.
    [[nodiscard]] Result<std::vector<Slot>> share();

    /// Whether producers ring the bell for this relay's slots.
    [[nodiscard]] Status set_asleep(bool asleep);

    /// Gives all slots back.
    [[nodiscard]] Status leave();

    /// Counts, if nobody has for a while; one relay at a time does.
    [[nodiscard]] Result<Backlog> measure();

    [[nodiscard]] RelayId id() const { return id_; }

private:
    [[nodiscard]] Status move_shares();

    PgConnection& connection_;
    Milliseconds lease_;
    RelayId id_{};
};

}  // namespace sluice::outbox
