#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "transact/decision_log.hpp"
#include "twophase/coordinator.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice::transact {

/// A coordinator over its log, for many threads: what it decides is durable before anybody hears of
/// it, and those who decide at one moment share a write. Orders to a database are answered to
/// whoever carries out that transaction, or wait for the database's carrier.
/// Threads:  any.
/// Lifetime: log and clock outlive it.
/// Failure:  after a decision that may or may not be stored it begins the next epoch from what is
///           stored; each transaction's outcome is then what the log says. Where the log cannot be
///           opened again, `failure` says why, and every `begin`; kFull and its like pass.
/// Limits:   twophase::Options.
class Coordination {
public:
    struct Parts {
        log::Log& log;
        const Clock& clock;
    };

    /// `before_first`: called where the log has never had this coordinator, before anything is
    /// written; its error is answered.
    [[nodiscard]] static Result<std::unique_ptr<Coordination>> open(
        const Parts& parts, twophase::Options options, const std::function<Status()>& before_first
    );

    // ---- who carries a transaction out -----------------------------------------------------

    [[nodiscard]] Result<twophase::TransactionId> begin(std::vector<std::string> databases);

    /// False: it has been aborted meanwhile.
    [[nodiscard]] bool may_prepare(twophase::TransactionId id) const;

    /// The last yes decides, and returns when that is durable. The orders are the caller's to carry
    /// out.
    [[nodiscard]] twophase::Actions vote_yes(twophase::TransactionId id, std::uint32_t branch);
    [[nodiscard]] twophase::Actions vote_no(
        twophase::TransactionId id, std::uint32_t branch, const std::string& reason
    );

    /// Nobody knows how a branch has voted.
    [[nodiscard]] twophase::Actions give_up(twophase::TransactionId id, const std::string& reason);

    /// Whether it commits; kUnavailable: it was aborted, and why. Once, at the end: from then on
    /// carriers see to what is left of it.
    [[nodiscard]] Status outcome(twophase::TransactionId id);

    // ---- who carries orders out ------------------------------------------------------------

    /// What is to become of what this database holds, but for what somebody carries out now.
    [[nodiscard]] twophase::Actions found(
        const std::string& database, std::span<const std::string> gids
    );

    /// Likewise, of one that the caller has prepared itself.
    [[nodiscard]] twophase::Actions found_own(
        const std::string& database, const twophase::Gid& gid
    );

    void finished(const twophase::Action& order);
    void failed(const twophase::Action& order, const std::string& reason);

    /// What is due becomes orders; what has ended is forgotten by the log.
    void tick();

    [[nodiscard]] twophase::Actions take_orders(const std::string& database);

    /// Until there are orders for this database, or a tick is due, or `patience` is over.
    void wait(const std::stop_token& stop, const std::string& database, Milliseconds patience);

    // ---- for people ------------------------------------------------------------------------

    [[nodiscard]] std::vector<twophase::Transaction> open_transactions() const;

    /// Coordinator::settle, durable.
    Status settle(twophase::TransactionId id, std::uint32_t branch);

    [[nodiscard]] Status failure() const;

    [[nodiscard]] const twophase::Options& options() const { return options_; }

private:
    using Lock = std::lock_guard<std::mutex>;

    struct Attended {
        bool deciding{false};
        std::optional<Status> answer;
    };

    Coordination(const Parts& parts, twophase::Options options)
        : parts_{parts},
          options_{std::move(options)} {}

    Status begin_epoch(const std::function<Status()>& before_first);
    Status ensure_open();
    void reopen(const Error& why);
    void answer_from(const std::vector<twophase::Decision>& decisions);
    twophase::Actions decide(twophase::TransactionId id);
    Status write_waiting();
    void ring();
    twophase::Actions absorb(twophase::Actions actions, std::optional<twophase::TransactionId> own);

    Parts parts_;
    twophase::Options options_;

    std::mutex log_mutex_;              // taken before the other one
    std::unique_ptr<DecisionLog> log_;  ///< under log_mutex_

    mutable std::mutex mutex_;  // of all that follows
    std::condition_variable_any changed_;
    std::optional<twophase::Coordinator> coordinator_;  ///< nothing: `broken_` says why
    Status broken_{ok()};
    std::map<twophase::TransactionId, Attended> attended_;
    std::vector<twophase::TransactionId> to_write_;  ///< decided, and not stored
    std::vector<twophase::TransactionId> ended_;     ///< stored, and not needed any more
    std::map<std::string, twophase::Actions> orders_;
    std::uint64_t rings_{0};  ///< whoever waits is to look again
};

}  // namespace sluice::transact
