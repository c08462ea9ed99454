#pragma once

#include <sluice/result.hpp>

#include "runtime/dispatching/runner_session.hpp"
#include "runtime/sequencing/sequencing_session.hpp"
#include "sim/backend.hpp"
#include "sim/domain.hpp"
#include "sim/effects.hpp"
#include "sim/history.hpp"
#include "sim/violations.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sluice::sim {

class SimClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }

    void pass(Milliseconds by) { now_ = now_ + by; }

private:
    Instant now_{1'800'000'000'000};
};

inline constexpr std::size_t kSubscriptions = 2;
inline constexpr std::array<const char*, kSubscriptions> kSubscriptionNames{"all", "made"};
inline constexpr std::array<const char*, kSubscriptions> kWantedTypes{"", "a.made"};

/// What happened besides the events themselves.
struct Happened {
    std::uint64_t restarts{0};   ///< an instance lost its memory
    std::uint64_t takeovers{0};  ///< a home was opened by another instance than before
    std::uint64_t fenced{0};
    std::uint64_t lates_shown{0};
};

/// Instances with the real sessions over one log, and the consumers' databases.
/// Threads:  one.
/// Lifetime: history and backend outlive it.
/// Failure:  an error that a session should not meet is a violation, told by `violations`.
class Cluster {
public:
    Cluster(const History& history, Backend& backend);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    void carry_out(const Action& action);

    /// No fault any more: everything is read, released and handled that can be.
    void settle();

    /// To look at what has become of it all.
    [[nodiscard]] log::Log& log() { return backend_.log(0); }

    [[nodiscard]] const Backend& backend() const { return backend_; }

    [[nodiscard]] const runtime::DomainPlan& plan() const { return plan_; }

    [[nodiscard]] const Effects& effects(std::size_t subscription) const {
        return effects_[subscription];
    }

    [[nodiscard]] const Happened& happened() const { return happened_; }

    /// Sum over the instances, of all their lives.
    [[nodiscard]] std::uint64_t count(runtime::Counter runtime::SequencingProbe::*counter) const;

    /// Subjects that stand in a backlog, all subscriptions together.
    [[nodiscard]] std::uint64_t parked() const;

    /// The most that any subscription had in flight.
    [[nodiscard]] std::uint64_t in_flight_max() const { return in_flight_max_; }

    /// Events that arrived, by index; in the order of arrival, copies counted.
    [[nodiscard]] const std::vector<std::uint32_t>& arrived() const { return arrived_; }

    [[nodiscard]] const std::vector<std::string>& violations() const { return violations_.all(); }

private:
    struct Instance;

    void arrive(const Action& action);
    void step(const Action& action);
    void deliver(const Action& action, bool commits);
    void kill(std::size_t who);
    void move(std::uint32_t entropy);
    bool step_once(std::size_t who);
    bool deliver_once(std::size_t who, bool commits);
    bool open_session(std::size_t who);
    bool open_runner(std::size_t who);
    void note(const Error& error, const char* where);
    [[nodiscard]] Instant record_time(std::uint8_t which) const;

    const History& history_;
    runtime::DomainPlan plan_;
    sequence::Sequencer sequencer_;
    SimClock clock_;
    Backend& backend_;
    std::array<Effects, kSubscriptions> effects_;
    runtime::Activity activity_;
    runtime::RunnerOptions runner_options_;
    std::vector<std::unique_ptr<Instance>> instances_;
    std::vector<std::size_t> owner_;       ///< by home, as the group's coordinator has dealt them
    std::vector<std::size_t> last_owner_;  ///< by home: who opened it last
    std::size_t runner_owner_{0};
    std::vector<std::uint32_t> arrived_;
    std::uint64_t in_flight_max_{0};
    Happened happened_;
    Violations violations_;
};

}  // namespace sluice::sim
