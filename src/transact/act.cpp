#include "transact/act.hpp"

#include "base/assert.hpp"
#include "base/point.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace sluice::transact {

namespace {

using twophase::Action;
using twophase::ActionKind;
using twophase::Actions;

ErrorCode code_of(SqlError::Kind kind) {
    switch (kind) {
        case SqlError::Kind::kBusy:
        case SqlError::Kind::kSerialization:
        case SqlError::Kind::kConnection: return ErrorCode::kUnavailable;
        case SqlError::Kind::kConstraint: return ErrorCode::kConflict;
        case SqlError::Kind::kOther: return ErrorCode::kInvalidArgument;
    }
    SLUICE_UNREACHABLE();
}

Error error_of(const SqlError& error) {
    return Error{code_of(error.kind()), error.what()};
}

}  // namespace

Act::Act(Coordination& coordination, std::vector<Part> parts)
    : coordination_{coordination},
      parts_{std::move(parts)},
      slots_(parts_.size()) {}

Status Act::run() {
    std::vector<std::string> names;
    names.reserve(parts_.size());
    for (const Part& part : parts_) names.push_back(part.branch.database);
    const auto id = coordination_.begin(std::move(names));
    if (!id) return id.error();
    id_ = id.value();
    work_all();
    if (!failure_) prepare_all();
    carry_out();
    Status outcome = coordination_.outcome(id_);
    for (std::size_t at = 0; at < slots_.size(); ++at) {
        parts_[at].pool->give_back(std::move(slots_[at].session));
    }
    if (!outcome && outcome.error().code == ErrorCode::kUnavailable && failure_) return *failure_;
    return outcome;
}

twophase::Gid Act::gid(std::size_t at) const {
    return {coordination_.options().coordinator, id_, static_cast<std::uint32_t>(at)};
}

void Act::work_all() {
    for (std::size_t at = 0; at < parts_.size(); ++at) {
        const Status worked = work(at);
        if (worked) continue;
        failure_ = worked.error().at(parts_[at].branch.database);
        take(coordination_.vote_no(id_, gid(at).branch, worked.error().message));
        return;
    }
    SLUICE_POINT("twophase.worked");
}

/// What a service's own work throws is caught here, and is its refusal.
Status Act::work(std::size_t at) {
    try {
        const auto sql = begin(at);
        if (!sql) return sql.error();
        return parts_[at].branch.work(*sql.value());
    } catch (const SqlError& error) {
        return error_of(error);
    } catch (const std::exception& error) {
        return Error{ErrorCode::kConflict, error.what()};
    }
}

/// A session that was kept may have been lost since.
Result<Sql*> Act::begin(std::size_t at) {
    auto kept = parts_[at].pool->take();
    if (!kept) return kept.error();
    const std::string name = twophase::to_string(gid(at));
    auto& session = slots_[at].session = std::move(kept).value();
    try {
        return &session->begin(name);
    } catch (const SqlError& error) {
        if (error.kind() != SqlError::Kind::kConnection) throw;
    }
    session.reset();
    auto opened = parts_[at].pool->take_new();
    if (!opened) return opened.error();
    session = std::move(opened).value();
    return &session->begin(name);
}

void Act::prepare_all() {
    for (std::size_t at = 0; at < parts_.size(); ++at) {
        if (!coordination_.may_prepare(id_) || !prepare(at)) return;
    }
}

bool Act::prepare(std::size_t at) {
    Slot& slot = slots_[at];
    try {
        slot.session->prepare();
        slot.prepared = true;
    } catch (const SqlError& error) {
        failure_ = error_of(error).at(parts_[at].branch.database);
        slot.prepared = error.kind() == SqlError::Kind::kConnection;
        take(
            slot.prepared ? coordination_.give_up(id_, failure_->message)
                          : coordination_.vote_no(id_, gid(at).branch, error.what())
        );
        return false;
    }
    SLUICE_POINT("twophase.prepared");
    take(coordination_.vote_yes(id_, gid(at).branch));
    return true;
}

/// What is prepared and has no order was overtaken: its transaction was aborted meanwhile, or the
/// log was opened anew.
void Act::carry_out() {
    for (std::size_t at = 0; at < slots_.size(); ++at) {
        const std::uint32_t branch = gid(at).branch;
        const bool ordered = std::any_of(orders_.begin(), orders_.end(), [&](const Action& one) {
            return one.branch == branch;
        });
        if (!ordered && slots_[at].prepared) {
            take(coordination_.found_own(parts_[at].branch.database, gid(at)));
        }
    }
    for (const Action& order : orders_) carry_out(order);
    for (Slot& slot : slots_) {
        if (slot.session != nullptr && !slot.prepared) slot.session->rollback();
    }
}

void Act::carry_out(const Action& order) {
    Slot& slot = slots_.at(order.branch);
    try {
        const std::string name = twophase::to_string(gid(order.branch));
        if (slot.prepared && order.kind == ActionKind::kCommitPrepared) {
            slot.session->commit_prepared(name);
            SLUICE_POINT("twophase.told");
        } else if (slot.prepared) {
            slot.session->rollback_prepared(name);
        } else if (slot.session != nullptr) {
            slot.session->rollback();
        }
        coordination_.finished(order);
    } catch (const SqlError& error) {
        coordination_.failed(order, error.what());
    }
}

void Act::take(Actions orders) {
    std::move(orders.begin(), orders.end(), std::back_inserter(orders_));
}

}  // namespace sluice::transact
