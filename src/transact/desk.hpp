#pragma once

#include <sluice/result.hpp>
#include <sluice/twophase.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "transact/branch_pool.hpp"
#include "transact/carrier.hpp"
#include "transact/coordination.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sluice::transact {

struct DeskOptions {
    twophase::Options rules;
    Milliseconds look_every{5'000};  ///< 10 ms to 1 hour
    std::size_t acts_max{16};        ///< 1 to 1,000; one more is refused (kFull)

    [[nodiscard]] Status validate() const;
};

/// A coordinator with its databases: acts by their callers' threads, and a carrier for each
/// database.
/// Threads:  any.
/// Lifetime: log and clock outlive it.
/// Failure:  as TwoPhase.
/// Limits:   DeskOptions; a database has at most acts_max sessions of acts, and one of its carrier.
class Desk {
public:
    using Databases = std::map<std::string, OpenBranch>;

    /// Errors as TwoPhase::open. Carriers do nothing before `start`.
    [[nodiscard]] static Result<std::unique_ptr<Desk>> open(
        const Coordination::Parts& parts, Databases databases, DeskOptions options
    );

    ~Desk() { stop(); }

    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    void start();

    /// Errors as TwoPhase::run.
    [[nodiscard]] Status run(std::vector<TwoPhaseBranch> branches);

    /// Instead of `start`: one look into each database, by the caller's thread.
    std::map<std::string, Carried> recover();

    [[nodiscard]] std::map<std::string, Carried> carried() const;

    [[nodiscard]] Coordination& coordination() { return *coordination_; }

    /// Safe to repeat; no `run` may be under way.
    void stop() noexcept;

private:
    struct Place {
        Place(OpenBranch open, std::size_t acts_max)
            : pool{std::move(open), acts_max + 1, acts_max} {}

        BranchPool pool;
        std::unique_ptr<Carrier> carrier{};
    };

    explicit Desk(const DeskOptions& options) : options_{options} {}

    [[nodiscard]] Status examine();
    [[nodiscard]] Status nothing_known();
    [[nodiscard]] Result<std::vector<store::PreparedBranch>> prepared_in(Place& place);
    [[nodiscard]] Result<BranchPool*> pool_of(const std::string& database);

    DeskOptions options_;
    std::map<std::string, Place> places_;
    std::unique_ptr<Coordination> coordination_;
    std::atomic<std::size_t> acts_{0};
    std::vector<std::jthread> threads_;  ///< last: join before anything they use goes
};

}  // namespace sluice::transact
