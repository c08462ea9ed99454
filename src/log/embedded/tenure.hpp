#pragma once

#include <sluice/result.hpp>

#include "log/embedded/keys.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <utility>

namespace sluice::log {

/// The time that one lease holds its homes; over for good when another takes one of them.
/// Threads: any may ask; only the writer's thread ends it, so it falls between two steps.
class Tenure {
public:
    void end() noexcept { over_.store(true); }

    /// kFenced when it is over.
    [[nodiscard]] Status check() const {
        if (!over_.load()) return ok();
        return Error{
            ErrorCode::kFenced,
            "another lease has taken a home of this one: nothing was written; take the homes anew"};
    }

private:
    std::atomic<bool> over_{false};
};

/// Who holds which home of which group, in this process. A restart ends every tenure.
/// Threads: the writer's only.
class Tenures {
public:
    void take(GroupId group, std::span<const HomeId> homes, const std::shared_ptr<Tenure>& tenure) {
        for (const HomeId home : homes) {
            std::shared_ptr<Tenure>& holder = holders_[{group, home}];
            if (holder) holder->end();
            holder = tenure;
        }
    }

private:
    std::map<std::pair<GroupId, HomeId>, std::shared_ptr<Tenure>>
        holders_;  // shared with the leases
};

}  // namespace sluice::log
