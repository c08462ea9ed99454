#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "transact/branch_pool.hpp"
#include "transact/coordination.hpp"

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

namespace sluice::transact {

/// What a carrier has done to a database, and what keeps it from doing the rest.
struct Carried {
    std::uint64_t committed{};
    std::uint64_t rolled_back{};
    std::uint64_t left{};   ///< orders that failed the last time
    std::string problem{};  ///< empty: none
};

/// Ends what nobody else sees to any more in one database: what a crash has left prepared there,
/// and orders that failed.
/// Threads:  `look` and `run` one at a time; `carried` any.
/// Lifetime: coordination and pool outlive it.
/// Failure:  what fails is tried again: `carried` says what.
class Carrier {
public:
    Carrier(Coordination& coordination, BranchPool& pool, std::string database)
        : coordination_{coordination},
          pool_{pool},
          database_{std::move(database)} {}

    /// Sees what is prepared, and carries out all that is to become of it.
    void look();

    /// Looks again and again, and carries out orders in between.
    void run(const std::stop_token& stop, Milliseconds look_every);

    [[nodiscard]] Carried carried() const;

private:
    void visit(bool to_look);
    void carry_out(store::BranchSession& session, const twophase::Actions& orders);
    [[nodiscard]] bool carry_out(store::BranchSession& session, const twophase::Action& order);
    void note(std::string problem, std::uint64_t left);

    Coordination& coordination_;
    BranchPool& pool_;
    std::string database_;
    mutable std::mutex mutex_;
    Carried carried_;
};

}  // namespace sluice::transact
