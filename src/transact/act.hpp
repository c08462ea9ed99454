#pragma once

#include <sluice/result.hpp>
#include <sluice/sql.hpp>
#include <sluice/twophase.hpp>

#include "transact/branch_pool.hpp"
#include "transact/coordination.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::transact {

/// Carries one act out: the work of each branch, the votes, and what was decided.
/// Threads:  the caller's, once.
/// Lifetime: coordination and pools outlive it.
/// Failure:  as TwoPhase::run.
class Act {
public:
    struct Part {
        TwoPhaseBranch branch;
        BranchPool* pool;
    };

    Act(Coordination& coordination, std::vector<Part> parts);

    [[nodiscard]] Status run();

private:
    struct Slot {
        std::unique_ptr<store::BranchSession> session{};
        bool prepared{false};  ///< or nobody knows
    };

    [[nodiscard]] twophase::Gid gid(std::size_t at) const;
    void work_all();
    [[nodiscard]] Status work(std::size_t at);
    [[nodiscard]] Result<Sql*> begin(std::size_t at);
    void prepare_all();
    [[nodiscard]] bool prepare(std::size_t at);
    void carry_out();
    void carry_out(const twophase::Action& order);
    void take(twophase::Actions orders);

    Coordination& coordination_;
    std::vector<Part> parts_;
    std::vector<Slot> slots_;
    twophase::TransactionId id_{};
    std::optional<Error> failure_;  ///< why it cannot commit
    twophase::Actions orders_;
};

}  // namespace sluice::transact
