#pragma once

#include "deliver/sink.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::deliver {

/// Which run an answer is about; the caller counts them.
using RunTicket = StrongId<struct RunTicketTag, std::uint64_t>;

struct RunBegun {
    RunTicket ticket;
    RunWork work;
};

struct RunEnded {
    RunTicket ticket;
    dispatch::RunOutcome outcome;
};

/// A sink whose answers take a while: runs are begun, and end in any order while others begin, so
/// that a slow subject holds up no other.
/// Threads:  one caller at a time.
/// Lifetime: what `begin` is given may go when it returns.
/// Failure:  as Sink: each run that was begun ends once, with its outcome.
/// Limits:   `room`; of a subject one run at a time, which is the caller's to see to.
class AsyncSink {
public:
    virtual ~AsyncSink() = default;

    /// How many runs may begin now. 0: it is full, or leaves its target alone for a while.
    [[nodiscard]] virtual std::size_t room() = 0;

    virtual void begin(std::span<const RunBegun> runs) = 0;

    /// What has ended since the last call.
    [[nodiscard]] virtual std::vector<RunEnded> ended() = 0;

    /// Returns when something has ended, or after `longest`.
    virtual void wait(Milliseconds longest) = 0;

    /// What nobody has begun to handle ends soon, as kNotTried; what is under way goes on to the
    /// end of its event. Until nothing is left.
    virtual void drain() = 0;

    /// What is under way ends soon, as kNotTried, whatever becomes of it at the target.
    virtual void abandon() = 0;

    /// Why the target wants nothing more, told once: the subscription is to be paused.
    [[nodiscard]] virtual std::optional<std::string> refused_for_good() = 0;
};

}  // namespace sluice::deliver
