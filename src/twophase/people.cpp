// What a person may ask of a coordinator, what it is called, and what it is made with.

#include "base/assert.hpp"
#include "twophase/coordinator.hpp"

#include <fmt/format.h>

#include <chrono>

namespace sluice::twophase {

namespace {

constexpr Milliseconds kHour = std::chrono::hours{1};
constexpr std::size_t kOpenMax = 1'000'000;

Error bad_option(std::string_view name, std::int64_t value, std::string_view range) {
    return Error{ErrorCode::kBadConfig, fmt::format("{}: {} is not {}", name, value, range)};
}

Error nowhere(TransactionId id) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("transaction {} is not open: it has ended, or never was", to_string(id))};
}

}  // namespace

Status Options::validate() const {
    if (!is_coordinator_name(coordinator)) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "coordinator \"{}\": 1 to {} of a-z, 0-9 and -, a letter first",
                coordinator,
                Gid::kCoordinatorMax
            )};
    }
    if (vote_within < Milliseconds{1} || vote_within > kHour) {
        return bad_option("vote_within", vote_within.count(), "1 ms to 1 hour");
    }
    if (retry_max < Milliseconds{1} || retry_max > kHour) {
        return bad_option("retry_max", retry_max.count(), "1 ms to 1 hour");
    }
    if (retry_first < Milliseconds{1} || retry_first > retry_max) {
        return bad_option("retry_first", retry_first.count(), "1 ms to retry_max");
    }
    if (open_max < 1 || open_max > kOpenMax) {
        return bad_option("open_max", static_cast<std::int64_t>(open_max), "1 to 1000000");
    }
    return ok();
}

Status Coordinator::abort(TransactionId id, std::string_view why, Instant now, Actions& actions) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr) return nowhere(id);
    switch (transaction->stage) {
        case Stage::kPreparing: break;
        case Stage::kAborting: return ok();
        case Stage::kDeciding:
        case Stage::kCommitting:
            return Error{
                ErrorCode::kConflict,
                fmt::format(
                    "transaction {} is {}: it commits, and no branch of it may do otherwise",
                    to_string(id),
                    to_string(transaction->stage)
                )};
    }
    abort_now(*transaction, std::string{why}, now, actions);
    return ok();
}

Result<std::optional<Decision>> Coordinator::settle(
    TransactionId id, std::uint32_t branch, Actions& actions
) {
    Transaction* transaction = find_mutable(id);
    if (transaction == nullptr) return nowhere(id);
    if (transaction->stage == Stage::kPreparing || transaction->stage == Stage::kDeciding) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "transaction {} is {}: nobody knows yet what its branches must do",
                to_string(id),
                to_string(transaction->stage)
            )};
    }
    if (branch >= transaction->branches.size()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "transaction {} has the branches 0 to {}, and no {}",
                to_string(id),
                transaction->branches.size() - 1,
                branch
            )};
    }
    Branch& one = transaction->branches[branch];
    if (one.stage == BranchStage::kFinished) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("branch {} of transaction {} has finished", branch, to_string(id))};
    }
    one.stage = BranchStage::kSettled;
    std::optional<Decision> decision;
    if (transaction->stage == Stage::kCommitting) decision = decision_of(*transaction);
    forget_if_ended(id, actions);
    return decision;
}

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::kPreparing: return "preparing";
        case Stage::kDeciding: return "deciding";
        case Stage::kCommitting: return "committing";
        case Stage::kAborting: return "aborting";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(BranchStage stage) {
    switch (stage) {
        case BranchStage::kAsked: return "asked";
        case BranchStage::kPrepared: return "prepared";
        case BranchStage::kFinished: return "finished";
        case BranchStage::kSettled: return "settled";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::twophase
