#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "orchestrate/saga_book.hpp"
#include "orchestrate/saga_census.hpp"
#include "orchestrate/saga_input.hpp"
#include "orchestrate/saga_port.hpp"
#include "saga/locks.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::orchestrate {

struct SagaLimits {
    std::size_t open_max{100'000};  ///< sagas that have not ended; one more is refused (kFull)
    std::size_t line_max{1'000};    ///< in line for one lock; one more is refused (kFull)
    Milliseconds ended_kept{std::chrono::hours{24 * 7}};  ///< for who asks, or begins it again
};

/// All sagas of a log: takes inputs and the clock, decides, stores what it decided in one step, and
/// only then sends. From taking the home to losing it; no thread of its own, so that a test can
/// step it.
/// Threads:  one at a time.
/// Lifetime: log, clock, book and port outlive it.
/// Failure:  an input that is refused is an error in its place, and the others go on. After an
///           error of `step` itself throw the session away and open another: what was decided is
///           not stored, or nobody knows.
/// Limits:   SagaLimits; a step of the log takes some 8 MiB, the rest goes into another.
class SagaSession {
public:
    struct Parts {
        log::Log& log;
        const Clock& clock;
        const SagaBook& book;
        SagaPort& port;
        SagaCensus* census{nullptr};  ///< told of what is stored; null: nobody counts
    };

    /// Reads what is stored. kConflict: a saga is under way whose definition is not there.
    [[nodiscard]] static Result<std::unique_ptr<SagaSession>> open(
        const Parts& parts, const SagaLimits& limits
    );

    using Answers = std::vector<Result<saga::Instance>>;

    /// Carries out the inputs, and what is due. The answers are durable, each the saga as it is
    /// after its input. After `open`, the first one also sends what may not have gone out before.
    [[nodiscard]] Result<Answers> step(const std::vector<SagaInput>& inputs);

    /// When a step without inputs does something.
    [[nodiscard]] std::optional<Instant> next_due() const;

    /// Sagas that have ended since the last call.
    [[nodiscard]] std::vector<saga::Instance> take_ended() { return std::exchange(ended_, {}); }

    [[nodiscard]] std::size_t open_sagas() const { return open_.size(); }

private:
    SagaSession(const Parts& parts, const SagaLimits& limits, std::unique_ptr<log::Lease> lease)
        : parts_{parts},
          limits_{limits},
          lease_{std::move(lease)},
          locks_{limits.line_max} {}

    Status restore();
    Status restore_one(saga::Instance instance);

    Result<saga::Instance> take(const BeginSaga& begin, Instant now);
    Result<saga::Instance> take(const AnswerSaga& answer, Instant now);
    Result<saga::Instance> take(const TellSaga& tell, Instant now);
    Result<std::optional<saga::Instance>> find(const std::string& id) const;
    Result<bool> lock(const saga::Instance& instance);
    void tick_due(Instant now);
    void took(saga::Instance& instance, const saga::Decision& decision, Instant now);
    void schedule(const saga::Instance& instance);
    void ended(const saga::Instance& instance, Instant now);
    [[nodiscard]] std::optional<saga::LockKey> lock_of(const saga::Instance& instance) const;

    Status store();
    void count_touched() const;
    Status forget_old(Instant now);

    Parts parts_;
    SagaLimits limits_;
    std::unique_ptr<log::Lease> lease_;
    saga::Locks locks_;
    std::map<std::string, saga::Instance> open_;  ///< by id
    std::set<std::pair<Instant, std::string>> due_;
    std::map<std::string, Instant> due_of_;  ///< the same by id
    std::uint64_t next_ticket_{1};
    Instant next_forgetting_{};

    Status broken_{ok()};  ///< the log's: no input's own fault

    // Of the step that is being made.
    std::set<std::string> touched_;
    std::size_t touched_bytes_{0};
    std::vector<saga::Send> sends_;
    std::vector<log::StateChange> changes_;
    std::vector<saga::Instance> ended_;
};

}  // namespace sluice::orchestrate
