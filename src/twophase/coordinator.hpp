#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "twophase/decision.hpp"
#include "twophase/gid.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::twophase {

struct Options {
    static constexpr std::size_t kBranchesMax = 16;

    std::string coordinator;           ///< is_coordinator_name; its databases know it by this
    Milliseconds vote_within{10'000};  ///< 1 ms to 1 hour; then it aborts
    Milliseconds retry_first{200};     ///< before a commit or rollback is told again; 1 ms or more
    Milliseconds retry_max{30'000};    ///< it doubles up to here; up to 1 hour
    std::size_t open_max{1'000};       ///< transactions that have not ended; more are refused

    [[nodiscard]] Status validate() const;

    bool operator==(const Options&) const = default;
};

enum class Stage : std::uint8_t {
    kPreparing,   ///< its branches are asked; it may still abort
    kDeciding,    ///< all have said yes; the decision is being made durable
    kCommitting,  ///< decided, durable; branches are told until each has done it
    kAborting,    ///< branches are told until each has done it; nothing of it is stored
};

enum class BranchStage : std::uint8_t {
    kAsked,     ///< whether it is prepared nobody knows
    kPrepared,  ///< said yes
    kFinished,  ///< committed or rolled back
    kSettled,   ///< a person has seen to it
};

struct Branch {
    std::string database;
    BranchStage stage{BranchStage::kAsked};

    bool operator==(const Branch&) const = default;
};

struct Transaction {
    TransactionId id;
    Stage stage{Stage::kPreparing};
    std::vector<Branch> branches;
    Instant due_at;            ///< the votes are late, or branches are told again
    std::uint32_t attempts{};  ///< how often they were told
    std::string reason;        ///< why it aborts, or what failed last

    bool operator==(const Transaction&) const = default;
};

enum class ActionKind : std::uint8_t {
    kPrepare,           ///< PREPARE TRANSACTION of this branch; answer `voted`
    kStoreDecision,     ///< durable, fenced by the coordinator's lease; then `stored`
    kAnswerCommitted,   ///< whoever asked for the transaction may be told
    kAnswerAborted,     ///< likewise; `Transaction::reason` says why
    kCommitPrepared,    ///< answer `finished`; that it is not there means that it was done
    kRollbackPrepared,  ///< likewise
    kEraseDecision,     ///< whenever it suits
};

struct Action {
    ActionKind kind{};
    TransactionId id;
    std::uint32_t branch{};  ///< of the three that are about one
    std::string database{};  ///< likewise
    std::string reason{};    ///< kAnswerAborted

    bool operator==(const Action&) const = default;
};

using Actions = std::vector<Action>;

/// Two-phase commit over databases that can prepare: all branches commit or none does. Presumed
/// abort: only the decision to commit is stored, before the first branch hears of it; a prepared
/// branch that no decision speaks of is rolled back. Pure: the shell carries actions out, in their
/// order, and brings the answers.
///
///     begin ─► preparing ── all yes ──► deciding ── stored ──► committing ──► forgotten
///                  │ a no, time, a person
///                  ▼
///               aborting ──► forgotten
///
/// A coordinator begins with an epoch that is durable and higher than any before, and with all
/// decisions that are stored; whoever was it before can store no decision any more (the lease of
/// its log fences it). So whatever an earlier epoch prepared, and did not decide, will never be.
/// Threads:  one at a time. A value: copied and compared.
/// Failure:  what cannot be asked for is refused and changes nothing. An answer that is late,
/// double
///           or about a transaction that is forgotten changes nothing. When a decision may or may
///           not be stored (`kStoreDecision` failed), the shell drops this coordinator and begins
///           the next epoch.
/// Limits:   Options.
class Coordinator {
public:
    /// Of valid options.
    Coordinator(Options options, std::uint32_t epoch, std::vector<Decision> decisions, Instant now);

    /// The work of each branch is done in an open transaction of its database: prepare them all. It
    /// may be done before, or between this and the vote: XA wants a branch's name first.
    /// kInvalidArgument: not 1 to kBranchesMax databases. kFull: `open_max`.
    [[nodiscard]] Result<TransactionId> begin(
        std::vector<std::string> databases, Instant now, Actions& actions
    );

    void voted(
        TransactionId id,
        std::uint32_t branch,
        bool yes,
        std::string reason,
        Instant now,
        Actions& actions
    );

    /// The decision is durable.
    void stored(TransactionId id, Instant now, Actions& actions);

    void finished(TransactionId id, std::uint32_t branch, Actions& actions);

    /// It could not be told, and is told again when it is due.
    void failed(TransactionId id, std::uint32_t branch, std::string reason);

    void tick(Instant now, Actions& actions);

    /// All that this database holds prepared, of whomever: after every start, and now and then.
    /// What a decision speaks of is committed; what nobody will decide any more is rolled back;
    /// what is under way, another coordinator's, or a later epoch's is left alone.
    void found(std::string_view database, std::span<const std::string> gids, Actions& actions);

    /// A person aborts what is preparing. kConflict: it is decided, or being decided.
    [[nodiscard]] Status abort(
        TransactionId id, std::string_view why, Instant now, Actions& actions
    );

    /// A person has seen to a branch whose database will not come back: it is told no more. The
    /// decision stays, should the database come back after all. The answer has the decision as it
    /// is to be stored now, if there is one. kConflict: it is not decided, or the branch is
    /// finished.
    [[nodiscard]] Result<std::optional<Decision>> settle(
        TransactionId id, std::uint32_t branch, Actions& actions
    );

    /// When `tick` does something.
    [[nodiscard]] std::optional<Instant> due() const;

    /// What has not ended, by id.
    [[nodiscard]] const std::map<TransactionId, Transaction>& open() const { return open_; }

    [[nodiscard]] const Transaction* find(TransactionId id) const;

    [[nodiscard]] std::uint32_t epoch() const { return epoch_; }

    [[nodiscard]] const Options& options() const { return options_; }

    bool operator==(const Coordinator&) const = default;

private:
    [[nodiscard]] Transaction* find_mutable(TransactionId id);
    void abort_now(Transaction& transaction, std::string reason, Instant now, Actions& actions);
    void tell(Transaction& transaction, Instant now, Actions& actions) const;
    void forget_if_ended(TransactionId id, Actions& actions);
    void settle_found(const Gid& gid, std::string_view database, Actions& actions) const;

    Options options_;
    std::uint32_t epoch_;
    std::uint64_t next_number_{1};
    std::map<TransactionId, Transaction> open_;
};

[[nodiscard]] Decision decision_of(const Transaction& transaction);

[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::string_view to_string(BranchStage stage);

}  // namespace sluice::twophase
