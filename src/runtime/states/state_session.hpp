#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/states/state_walk.hpp"
#include "sequence/history.hpp"
#include "state/state_fold.hpp"
#include "state/state_line.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// Keeps the states of some homes' subjects: reads on in their ordered partitions, folds, and
/// writes down what each position adds, in one step with how far it is. What retention has taken
/// leaves the states in a slow walk over them. Where another reducer made them they go first, but
/// for the oldest of each subject that retention has cut, from which it is folded anew.
/// Threads:  one at a time.
/// Lifetime: log, lease and fold outlive it.
/// Failure:  those of the log; kUnavailable when no program can be run. After one, take the homes
///           anew and open it again.
/// Limits:   a step folds `kStepRecords` records of a home, of about `kStepBytes`; newest states of
///           `kHeadsBytesMax` stay in memory.
class StateSession {
public:
    static constexpr std::size_t kStepRecords = 4'000;
    static constexpr std::size_t kStepBytes = std::size_t{4} << 20;
    static constexpr std::size_t kHeadsBytesMax = std::size_t{64} << 20;

    /// `reducer`: the fingerprint of the contract that the fold is of.
    [[nodiscard]] static Result<StateSession> open(
        const log::Log& log,
        log::Lease& lease,
        std::string domain,
        state::StateFold& fold,
        std::uint64_t reducer
    );

    /// Answers whether there was anything to do.
    [[nodiscard]] Result<bool> step();

private:
    struct Home {
        HomeId id;
        Offset next;
        bool fresh{false};  ///< it has no fingerprint yet
        StateWalk walk;
    };

    /// A record that is due, and what it says of itself.
    struct Due {
        log::StoredRecord stored;
        sequence::OrderedFacts facts;
    };

    /// A subject's newest state, and what is due of it.
    struct Line {
        const std::string* subject{};
        state::StateHead* head{};
        std::span<const Due> due;

        [[nodiscard]] bool has_next();
    };

    using BySubject = std::map<std::string, std::vector<Due>>;

    StateSession(
        const log::Log& log,
        log::Lease& lease,
        std::string domain,
        state::StateFold& fold,
        std::uint64_t reducer
    )
        : log_{&log},
          lease_{&lease},
          domain_{std::move(domain)},
          fold_{&fold},
          reducer_{reducer} {}

    [[nodiscard]] log::PartitionRef ordered(HomeId home) const;
    [[nodiscard]] Status restore(HomeId id);
    [[nodiscard]] Result<bool> commit(log::Step step);
    [[nodiscard]] Status fold_on(Home& home, log::Step& step);
    [[nodiscard]] Result<BySubject> read_on(Home& home, Offset& next);
    [[nodiscard]] Status fold_all(HomeId home, const BySubject& all, log::Step& step);
    [[nodiscard]] log::StateChange advance(HomeId home, Line& line, state::Folded folded);
    [[nodiscard]] Result<state::StateHead*> head_of(HomeId home, const std::string& subject);

    const log::Log* log_;
    log::Lease* lease_;
    std::string domain_;
    state::StateFold* fold_;
    std::uint64_t reducer_;
    std::vector<Home> homes_;
    std::unordered_map<std::string, state::StateHead> heads_;
    std::size_t heads_bytes_{0};
    bool walks_next_{false};  ///< a walk and a fold take turns
};

}  // namespace sluice::runtime
