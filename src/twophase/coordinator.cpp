#include "twophase/coordinator.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::twophase {

namespace {

bool has_ended(const Branch& branch) {
    return branch.stage == BranchStage::kFinished;
}

bool is_settled(const Branch& branch) {
    return branch.stage == BranchStage::kSettled;
}

}  // namespace

Coordinator::Coordinator(
    Options options, std::uint32_t epoch, std::vector<Decision> decisions, Instant now
)
    : options_{std::move(options)},
      epoch_{epoch} {
    SLUICE_ASSERT(options_.validate().has_value());
    for (Decision& decision : decisions) {
        SLUICE_ASSERT(decision.id.epoch < epoch_);
        Transaction transaction{decision.id, Stage::kCommitting, {}, now, 0, {}};
        for (DecidedBranch& branch : decision.branches) {
            const BranchStage stage =
                branch.settled ? BranchStage::kSettled : BranchStage::kPrepared;
            transaction.branches.push_back({std::move(branch.database), stage});
        }
        open_.emplace(decision.id, std::move(transaction));
    }
}

Result<TransactionId> Coordinator::begin(
    std::vector<std::string> databases, Instant now, Actions& actions
) {
    if (databases.empty() || databases.size() > Options::kBranchesMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "a transaction over {} databases: 1 to {} may be",
                databases.size(),
                Options::kBranchesMax
            )};
    }
    if (open_.size() >= options_.open_max) {
        return Error{
            ErrorCode::kFull,
            fmt::format(
                "{} transactions have not ended, as many as may be (open_max): see which database "
                "does not answer",
                open_.size()
            )};
    }
    const TransactionId id{epoch_, next_number_++};
    Transaction transaction{id, Stage::kPreparing, {}, now + options_.vote_within, 0, {}};
    for (std::string& database : databases) {
        const auto branch = static_cast<std::uint32_t>(transaction.branches.size());
        actions.push_back({ActionKind::kPrepare, id, branch, database});
        transaction.branches.push_back({std::move(database), BranchStage::kAsked});
    }
    open_.emplace(id, std::move(transaction));
    return id;
}

void Coordinator::voted(
    TransactionId id,
    std::uint32_t branch,
    bool yes,
    std::string reason,
    Instant now,
    Actions& actions
) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr || transaction->stage != Stage::kPreparing) return;
    Branch& voter = transaction->branches.at(branch);
    if (!yes) {
        voter.stage = BranchStage::kFinished;  // who says no has rolled back
        abort_now(*transaction, fmt::format("{}: {}", voter.database, reason), now, actions);
        forget_if_ended(id, actions);  // it had but this branch
        return;
    }
    voter.stage = BranchStage::kPrepared;
    const bool all = std::all_of(
        transaction->branches.begin(),
        transaction->branches.end(),
        [](const Branch& one) { return one.stage == BranchStage::kPrepared; }
    );
    if (!all) return;
    transaction->stage = Stage::kDeciding;
    actions.push_back({ActionKind::kStoreDecision, id});
}

void Coordinator::stored(TransactionId id, Instant now, Actions& actions) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr || transaction->stage != Stage::kDeciding) return;
    transaction->stage = Stage::kCommitting;
    actions.push_back({ActionKind::kAnswerCommitted, id});
    tell(*transaction, now, actions);
}

void Coordinator::finished(TransactionId id, std::uint32_t branch, Actions& actions) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr || branch >= transaction->branches.size()) return;
    if (transaction->stage != Stage::kCommitting && transaction->stage != Stage::kAborting) return;
    transaction->branches[branch].stage = BranchStage::kFinished;
    forget_if_ended(id, actions);
}

void Coordinator::failed(TransactionId id, std::uint32_t branch, std::string reason) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr || branch >= transaction->branches.size()) return;
    transaction->reason =
        fmt::format("{}: {}", transaction->branches[branch].database, std::move(reason));
}

void Coordinator::tick(Instant now, Actions& actions) {
    for (auto& [id, transaction] : open_) {
        if (transaction.due_at > now) continue;
        switch (transaction.stage) {
            case Stage::kPreparing:
                abort_now(
                    transaction,
                    fmt::format("not all have voted in {} ms", options_.vote_within.count()),
                    now,
                    actions
                );
                break;
            case Stage::kDeciding: break;  // nothing but the log can say what becomes of it
            case Stage::kCommitting:
            case Stage::kAborting: tell(transaction, now, actions); break;
        }
    }
}

void Coordinator::found(
    std::string_view database, std::span<const std::string> gids, Actions& actions
) {
    for (const std::string& text : gids) {
        const auto gid = parse_gid(text);
        if (!gid || gid->coordinator != options_.coordinator) continue;
        if (gid->id.epoch > epoch_) continue;  // we are the one that is no more
        settle_found(*gid, database, actions);
    }
}

void Coordinator::settle_found(const Gid& gid, std::string_view database, Actions& actions) const {
    const auto found = open_.find(gid.id);
    const bool given = gid.id.epoch < epoch_ || gid.id.number < next_number_;
    if (!given) return;  // nobody has prepared it yet: not ours to judge
    ActionKind kind = ActionKind::kRollbackPrepared;
    if (found != open_.end()) {
        switch (found->second.stage) {
            case Stage::kPreparing:
            case Stage::kDeciding: return;
            case Stage::kCommitting: kind = ActionKind::kCommitPrepared; break;
            case Stage::kAborting: break;
        }
    }
    actions.push_back({kind, gid.id, gid.branch, std::string{database}});
}

void Coordinator::abort_now(
    Transaction& transaction, std::string reason, Instant now, Actions& actions
) {
    transaction.stage = Stage::kAborting;
    transaction.reason = std::move(reason);
    const TransactionId id = transaction.id;
    actions.push_back({ActionKind::kAnswerAborted, id, 0, {}, transaction.reason});
    tell(transaction, now, actions);
}

/// Every branch that has not finished, and again after a while.
void Coordinator::tell(Transaction& transaction, Instant now, Actions& actions) const {
    const ActionKind kind = transaction.stage == Stage::kCommitting ? ActionKind::kCommitPrepared
                                                                    : ActionKind::kRollbackPrepared;
    for (std::uint32_t at = 0; at < transaction.branches.size(); ++at) {
        const Branch& branch = transaction.branches[at];
        if (has_ended(branch) || is_settled(branch)) continue;
        actions.push_back({kind, transaction.id, at, branch.database});
    }
    Milliseconds wait = options_.retry_first;
    for (std::uint32_t told = 0; told < transaction.attempts && wait < options_.retry_max; ++told) {
        wait *= 2;
    }
    ++transaction.attempts;
    transaction.due_at = now + std::min(wait, options_.retry_max);
}

void Coordinator::forget_if_ended(TransactionId id, Actions& actions) {
    const auto found = open_.find(id);
    const Transaction& transaction = found->second;
    const auto& branches = transaction.branches;
    const bool commits = transaction.stage == Stage::kCommitting;
    const bool ended = std::all_of(branches.begin(), branches.end(), [&](const Branch& branch) {
        return has_ended(branch) || (is_settled(branch) && !commits);
    });
    if (!ended) return;
    if (commits) actions.push_back({ActionKind::kEraseDecision, id});
    open_.erase(found);
}

std::optional<Instant> Coordinator::due() const {
    std::optional<Instant> first;
    for (const auto& [id, transaction] : open_) {
        const auto& branches = transaction.branches;
        const bool all_told = std::all_of(branches.begin(), branches.end(), [](const Branch& one) {
            return has_ended(one) || is_settled(one);
        });
        if (transaction.stage == Stage::kDeciding || all_told) continue;
        if (!first || transaction.due_at < *first) first = transaction.due_at;
    }
    return first;
}

const Transaction* Coordinator::find(TransactionId id) const {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

Transaction* Coordinator::find_mutable(TransactionId id) {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

Decision decision_of(const Transaction& transaction) {
    Decision decision{transaction.id, {}};
    for (const Branch& branch : transaction.branches) {
        decision.branches.push_back({branch.database, is_settled(branch)});
    }
    return decision;
}

}  // namespace sluice::twophase
