#pragma once

#include "outbox/relay/relay.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace sluice::outbox {

/// Time as relays count it: it never jumps.
[[nodiscard]] inline Instant steady_now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<Milliseconds>(since).count()};
}

/// A relay from one connection to its end: nothing of it outlives the lease.
/// Threads:  one. Lifetime: what it is given outlives it.
class RelaySession {
public:
    RelaySession(
        PgConnection connection,
        const RelayOptions& options,
        Sink& sink,
        RelayProbe& probe,
        const Relay::Notice& notice
    );
    ~RelaySession();
    RelaySession(const RelaySession&) = delete;
    RelaySession& operator=(const RelaySession&) = delete;

    /// Until the bell is rung (ok), or the connection or the lease is lost.
    [[nodiscard]] Status run(const StopBell& stop);

private:
    [[nodiscard]] Status begin();
    [[nodiscard]] Status beat(Instant now);
    void have_slots(std::vector<Slot> slots);
    [[nodiscard]] Result<bool> look();  ///< whether there was anything to do
    [[nodiscard]] Result<bool> read();
    [[nodiscard]] Result<bool> send();
    [[nodiscard]] Status settle(const Landed& landed);
    [[nodiscard]] Status rest(const StopBell& stop);
    void tell(const Outcome& outcome);

    const RelayOptions& options_;
    Sink& sink_;
    RelayProbe& probe_;
    const Relay::Notice& notice_;
    PgConnection connection_;  // outlives the tables
    LeaseTable leases_;
    EventTable events_;
    SendWindow window_;
    Pace pace_;
    std::vector<Slot> slots_;
    Instant next_beat_{};
    std::int64_t fenced_told_{0};
    bool failing_{false};  ///< it was told
};

}  // namespace sluice::outbox
