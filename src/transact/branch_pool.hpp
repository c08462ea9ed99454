#pragma once

#include <sluice/result.hpp>

#include "store/branch_session.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sluice::transact {

using OpenBranch = std::function<Result<std::unique_ptr<store::BranchSession>>()>;

/// Sessions of a database, kept for who comes next.
/// Threads:  any.
/// Failure:  `take` answers what opening does, and what the database lacks (kBadConfig).
/// Limits:   keeps `kept_max`; how many are out is for who takes them.
class BranchPool {
public:
    BranchPool(OpenBranch open, std::size_t kept_max, std::size_t prepared_max)
        : open_{std::move(open)},
          kept_max_{kept_max},
          prepared_max_{prepared_max} {}

    [[nodiscard]] Result<std::unique_ptr<store::BranchSession>> take();

    /// A new one, after a kept one was found to be lost: the others are lost with it.
    [[nodiscard]] Result<std::unique_ptr<store::BranchSession>> take_new();

    /// Kept if it is of use to somebody.
    void give_back(std::unique_ptr<store::BranchSession> session);

private:
    OpenBranch open_;
    std::size_t kept_max_;
    std::size_t prepared_max_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<store::BranchSession>> kept_;
};

}  // namespace sluice::transact
