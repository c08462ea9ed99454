#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "deliver/async_sink.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::deliver::pull {

/// Fences: whoever holds an older one, or one that is over, changes nothing.
using LeaseId = StrongId<struct LeaseIdTag, std::uint64_t>;

/// A run that waits to be pulled.
struct Offered {
    RunTicket ticket;
    std::string subject;
    std::vector<Position> positions;   ///< ascending, not empty
    std::uint32_t attempt{1};          ///< of the first
    std::vector<std::size_t> bytes{};  ///< of each event, as it is sent; empty: they count nothing
};

/// What a client asks for: so many events at most and, behind the first, so many bytes of them.
struct Ask {
    std::size_t events_max{1};
    Milliseconds length{};  ///< of the leases
    std::size_t bytes_max{std::numeric_limits<std::size_t>::max()};
};

/// Consecutive events of one subject, somebody's until `until`.
struct Leased {
    LeaseId lease;
    RunTicket ticket;
    std::string subject;
    std::size_t first{0};  ///< of the run's events
    std::size_t count{0};
    std::uint32_t attempt{1};
    Instant until;
};

enum class Word : std::uint8_t {
    kDone,
    kRetry,
    kDead,
    kReturn,  ///< not begun: somebody else may have it, and it is no attempt
};

/// What a client says of one event.
struct Settlement {
    LeaseId lease;
    Position position;
    Word word{Word::kDone};
    std::string reason{};
    std::optional<Milliseconds> after{};  ///< kRetry: it asks for this wait
};

/// What clients have been given and have said.
struct LeaseCounts {
    std::uint64_t leases{0};
    std::uint64_t done{0};
    std::uint64_t retry{0};
    std::uint64_t dead{0};
    std::uint64_t returned{0};
    std::uint64_t refused{0};  ///< too late, twice, or out of order
    std::uint64_t expired{0};  ///< leases that were over without a word

    bool operator==(const LeaseCounts&) const = default;
};

/// Which runs wait to be pulled, and which are whose: of a subject one lease at a time, whose
/// events are settled in their order. A lease that is over without a word is an attempt. Pure:
/// `now` is of a clock that only goes forward.
/// Threads:  one at a time.
/// Failure:  a settlement of another lease, or out of order, changes nothing.
/// Limits:   those of whoever offers.
class LeaseDesk {
public:
    void offer(Offered run);

    /// Those that wait longest, of as many events as are asked for in all; what is left of a run
    /// waits again when they are done.
    [[nodiscard]] std::vector<Leased> lease(const Ask& ask, Instant now);

    /// kConflict says what is there instead.
    [[nodiscard]] Status settle(const Settlement& settlement, Instant now);

    /// From now on, so long. kConflict: it is over.
    [[nodiscard]] Status extend(LeaseId lease, Milliseconds length, Instant now);

    /// Leases that are over end their runs.
    void expire(Instant now);

    /// Runs that nobody has end, not tried.
    void drain();

    /// All runs end, not tried.
    void abandon();

    [[nodiscard]] std::vector<RunEnded> ended() { return std::exchange(ended_, {}); }

    [[nodiscard]] bool has_ended() const { return !ended_.empty(); }

    [[nodiscard]] std::size_t runs() const { return runs_.size(); }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

    [[nodiscard]] std::size_t leased() const { return leases_.size(); }

    [[nodiscard]] const LeaseCounts& counts() const { return counts_; }

    /// When the next lease is over.
    [[nodiscard]] std::optional<Instant> next_due() const;

private:
    struct Run {
        Offered offered;
        std::size_t handled{0};  ///< of the run
        std::size_t count{0};    ///< leased, from `handled` on
        LeaseId lease{};
        Instant until{};
    };

    using Runs = std::map<RunTicket, Run>;

    [[nodiscard]] Runs::iterator run_of(LeaseId lease);
    [[nodiscard]] Status take(const Settlement& settlement);
    [[nodiscard]] static std::size_t portion(
        const Run& run, std::size_t events, std::size_t& bytes
    );
    void end_lease(const Run& run);
    void end_run(Runs::iterator at, std::optional<dispatch::Failure> failure);

    Runs runs_;
    std::deque<RunTicket> waiting_;
    std::map<LeaseId, RunTicket> leases_;
    std::set<std::pair<Instant, LeaseId>> due_;
    LeaseId next_lease_{1};
    std::vector<RunEnded> ended_;
    LeaseCounts counts_;
};

}  // namespace sluice::deliver::pull
