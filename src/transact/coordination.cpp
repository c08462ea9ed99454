#include "transact/coordination.hpp"

#include "base/assert.hpp"
#include "base/point.hpp"
#include "runtime/domain/retry_open.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::transact {

using twophase::Action;
using twophase::ActionKind;
using twophase::Actions;
using twophase::Decision;
using twophase::TransactionId;

Result<std::unique_ptr<Coordination>> Coordination::open(
    const Parts& parts, twophase::Options options, const std::function<Status()>& before_first
) {
    if (Status valid = options.validate(); !valid) return valid.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<Coordination> opened{new Coordination{parts, std::move(options)}};
    if (Status begun = opened->begin_epoch(before_first); !begun) return begun.error();
    return opened;
}

/// Under log_mutex_, or alone.
Status Coordination::begin_epoch(const std::function<Status()>& before_first) {
    log_.reset();
    auto opened = DecisionLog::open(parts_.log, options_.coordinator);
    if (!opened) return opened.error();
    DecisionLog& log = *opened.value();
    if (log.epoch() == 0) {
        if (Status allowed = before_first(); !allowed) return allowed;
    }
    if (Status begun = log.begin_epoch(); !begun) return begun;
    const Lock lock{mutex_};
    answer_from(log.decisions());
    coordinator_.emplace(options_, log.epoch(), log.decisions(), parts_.clock.now());
    broken_ = ok();
    to_write_.clear();
    ended_.clear();
    orders_.clear();
    log_ = std::move(opened).value();
    return ok();
}

/// What the epoch before has begun commits if its decision is there, and never otherwise.
void Coordination::answer_from(const std::vector<Decision>& decisions) {
    for (auto& [id, attended] : attended_) {
        if (attended.answer) continue;
        const bool decided = std::any_of(
            decisions.begin(), decisions.end(), [&](const Decision& one) { return one.id == id; }
        );
        attended.answer =
            decided
                ? ok()
                : Status{Error{
                      ErrorCode::kUnavailable, "aborted: the log of decisions was opened anew"}};
    }
}

/// Under log_mutex_: a write has failed.
void Coordination::reopen(const Error& why) {
    {
        const Lock lock{mutex_};
        coordinator_.reset();
        broken_ = why.at("the log of decisions");
    }
    const Status begun = begin_epoch([] { return ok(); });
    if (begun) return;
    const Lock lock{mutex_};
    broken_ = begun.error().at("the log of decisions");
}

Status Coordination::ensure_open() {
    {
        const Lock lock{mutex_};
        if (coordinator_) return ok();
        if (!runtime::can_reopen(broken_.error().code)) return broken_;
    }
    const Lock writing{log_mutex_};
    if (const Status failed = failure(); !failed) reopen(failed.error());
    return failure();
}

Status Coordination::failure() const {
    const Lock lock{mutex_};
    return broken_;
}

// ---- who carries a transaction out -------------------------------------------------------------

Result<TransactionId> Coordination::begin(std::vector<std::string> databases) {
    if (Status open = ensure_open(); !open) return open.error();
    const Lock lock{mutex_};
    if (!coordinator_) return broken_.error();
    Actions actions;
    auto id = coordinator_->begin(std::move(databases), parts_.clock.now(), actions);
    if (id) attended_.emplace(id.value(), Attended{});
    return id;
}

bool Coordination::may_prepare(TransactionId id) const {
    const Lock lock{mutex_};
    const twophase::Transaction* found = coordinator_ ? coordinator_->find(id) : nullptr;
    return found != nullptr && found->stage == twophase::Stage::kPreparing;
}

Actions Coordination::vote_yes(TransactionId id, std::uint32_t branch) {
    {
        const Lock lock{mutex_};
        if (!coordinator_) return {};
        Actions actions;
        coordinator_->voted(id, branch, true, {}, parts_.clock.now(), actions);
        absorb(std::move(actions), id);
        if (!attended_.at(id).deciding) return {};
    }
    return decide(id);
}

Actions Coordination::vote_no(TransactionId id, std::uint32_t branch, const std::string& reason) {
    const Lock lock{mutex_};
    if (!coordinator_) return {};
    Actions actions;
    coordinator_->voted(id, branch, false, reason, parts_.clock.now(), actions);
    return absorb(std::move(actions), id);
}

Actions Coordination::give_up(TransactionId id, const std::string& reason) {
    const Lock lock{mutex_};
    if (!coordinator_) return {};
    Actions actions;
    static_cast<void>(coordinator_->abort(id, reason, parts_.clock.now(), actions));
    return absorb(std::move(actions), id);
}

/// Whoever comes first writes for all that wait. Behind a write that failed there is another
/// coordinator, and the answer is that of the log.
Actions Coordination::decide(TransactionId id) {
    SLUICE_POINT("twophase.decided");
    const Lock writing{log_mutex_};
    if (const Status written = write_waiting(); !written) {
        reopen(written.error());
        return {};
    }
    SLUICE_POINT("twophase.stored");
    const Lock lock{mutex_};
    if (!coordinator_ || coordinator_->epoch() != id.epoch) return {};
    Actions actions;
    coordinator_->stored(id, parts_.clock.now(), actions);
    return absorb(std::move(actions), id);
}

/// Under log_mutex_.
Status Coordination::write_waiting() {
    std::vector<Decision> decided;
    std::vector<TransactionId> ended;
    {
        const Lock lock{mutex_};
        if (!coordinator_) return broken_;
        for (const TransactionId& id : to_write_) {
            decided.push_back(twophase::decision_of(*coordinator_->find(id)));
        }
        to_write_.clear();
        ended.swap(ended_);
    }
    Status written = log_->write(decided, ended);
    if (written && !ended.empty()) SLUICE_POINT("twophase.erased");
    return written;
}

Status Coordination::outcome(TransactionId id) {
    const Lock lock{mutex_};
    const auto attended = attended_.extract(id);
    if (coordinator_ && coordinator_->find(id) != nullptr) ring();
    SLUICE_ASSERT(!attended.empty());
    if (attended.mapped().answer) return *attended.mapped().answer;
    if (!attended.mapped().deciding) return Error{ErrorCode::kUnavailable, "aborted"};
    return Error{
        ErrorCode::kIo,
        fmt::format(
            "nobody knows whether transaction {} commits until the log can be read again: {}",
            twophase::to_string(id),
            broken_ ? std::string{} : broken_.error().message
        )};
}

void Coordination::ring() {
    ++rings_;
    changed_.notify_all();
}

/// Answers and orders go where they belong; those of `own` are the caller's.
Actions Coordination::absorb(Actions actions, std::optional<TransactionId> own) {
    Actions mine;
    for (Action& action : actions) {
        const auto attended = attended_.find(action.id);
        switch (action.kind) {
            case ActionKind::kPrepare: break;  // whoever has begun does that
            case ActionKind::kStoreDecision:
                to_write_.push_back(action.id);
                attended->second.deciding = true;
                break;
            case ActionKind::kAnswerCommitted:
                if (attended != attended_.end()) attended->second.answer = ok();
                break;
            case ActionKind::kAnswerAborted:
                if (attended == attended_.end()) break;
                attended->second.answer =
                    Error{ErrorCode::kUnavailable, "aborted: " + action.reason};
                break;
            case ActionKind::kCommitPrepared:
            case ActionKind::kRollbackPrepared: {
                const bool theirs = action.id != own;
                Actions& to = theirs ? orders_[action.database] : mine;
                to.push_back(std::move(action));
                if (theirs) ring();
                break;
            }
            case ActionKind::kEraseDecision: ended_.push_back(action.id); break;
        }
    }
    return mine;
}

}  // namespace sluice::transact
