#pragma once

#include "outbox/pace.hpp"
#include "outbox/relay/event_table.hpp"
#include "outbox/relay/lease_table.hpp"
#include "outbox/relay/sink.hpp"
#include "outbox/relay/stop_bell.hpp"
#include "outbox/send_window.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::outbox {

struct RelayOptions {
    std::string database;  ///< as PgConnection::open has it
    std::string name;      ///< for people
    Milliseconds lease{15'000};
    Milliseconds beat{2'000};  ///< so often a relay says that it lives, and looks at the shares
    WindowLimits window;
    PageLimits page;
    Pace::Options pace;
    /// Of a row that is not taken now, of a sink and of a database that do not answer. It never
    /// ends: what is not refused is sent until it is taken.
    dispatch::RetryPolicy retry{
        1'000, Milliseconds{100}, 2.0, Milliseconds{10'000}, 0.2, Milliseconds{0}};
};

/// Since the start of the process, of all its relays.
struct RelayProbe {
    std::atomic<std::uint64_t> taken{0};     ///< rows acknowledged
    std::atomic<std::uint64_t> refused{0};   ///< rows parked
    std::atomic<std::uint64_t> requests{0};  ///< sent
    std::atomic<std::uint64_t> failures{0};  ///< of them, those that were not answered row by row
    std::atomic<std::uint64_t> sessions_lost{0};  ///< connections or leases that ended
    std::atomic<std::int64_t> connected{0};       ///< relays that have a connection now
    std::atomic<std::int64_t> slots{0};           ///< that they have
    std::atomic<std::int64_t> fenced{0};          ///< subjects whose first row is sent again
    std::atomic<std::uint64_t> pending{0};        ///< as last counted, of the whole outbox
    std::atomic<std::uint64_t> parked{0};
    std::atomic<std::int64_t> oldest_s{0};
    std::atomic<bool> full{false};
};

/// Brings rows of the outbox to a sink: leases slots, reads their rows, sends, and deletes what was
/// acknowledged. Any number of relays work side by side, in one process or in many. Whoever is
/// killed or stands still between an acknowledgement and the deletion has sent rows that another
/// one sends again, the same to the byte.
/// Threads:  `run` has one of its own.
/// Lifetime: the probe and the bell outlive it.
/// Failure:  a connection that is lost, or a lease that has passed, is told to `notice` and begun
///           anew, for ever; `run` ends with an Error only at the first connection, when that can
///           never work.
class Relay {
public:
    /// Something that an operator may want to read; from the relay's thread.
    using Notice = std::function<void(std::string_view message, const Error& why)>;

    Relay(RelayOptions options, std::unique_ptr<Sink> sink, RelayProbe& probe, Notice notice)
        : options_{std::move(options)},
          sink_{std::move(sink)},
          probe_{probe},
          notice_{std::move(notice)} {}

    /// Until the bell is rung; then what is in flight is finished and the slots are given back.
    [[nodiscard]] Status run(const StopBell& stop);

private:
    RelayOptions options_;
    std::unique_ptr<Sink> sink_;
    RelayProbe& probe_;
    Notice notice_;
};

}  // namespace sluice::outbox
