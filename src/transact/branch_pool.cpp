#include "transact/branch_pool.hpp"

namespace sluice::transact {

Result<std::unique_ptr<store::BranchSession>> BranchPool::take() {
    {
        const std::lock_guard lock{mutex_};
        if (!kept_.empty()) {
            auto session = std::move(kept_.back());
            kept_.pop_back();
            return session;
        }
    }
    auto opened = open_();
    if (!opened) return opened;
    try {
        if (const Status fit = opened.value()->examine(prepared_max_); !fit) return fit.error();
    } catch (const SqlError& error) {
        return Error{ErrorCode::kUnavailable, error.what()};
    }
    return opened;
}

Result<std::unique_ptr<store::BranchSession>> BranchPool::take_new() {
    std::vector<std::unique_ptr<store::BranchSession>> lost;
    {
        const std::lock_guard lock{mutex_};
        lost.swap(kept_);
    }
    return take();
}

void BranchPool::give_back(std::unique_ptr<store::BranchSession> session) {
    if (session == nullptr || !session->idle()) return;
    const std::lock_guard lock{mutex_};
    if (kept_.size() < kept_max_) kept_.push_back(std::move(session));
}

}  // namespace sluice::transact
