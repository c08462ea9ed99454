#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/inspect/trail.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime {

/// Keeps the trails of some homes: reads on in their ordered, aside and audit topics, and writes
/// down where each subject's records lie. What retention has taken leaves the trails in a slow walk
/// over them.
/// Threads:  one at a time.
/// Lifetime: the log and the lease outlive it.
/// Failure:  those of the log; after one, take the homes anew and open it again.
/// Limits:   a step reads `kStepRecords` records about, and looks at `kWalkKeys` keys.
class TrailSession {
public:
    static constexpr std::size_t kStepRecords = 20'000;
    static constexpr std::size_t kWalkKeys = 1'000;

    [[nodiscard]] static Result<TrailSession> open(
        const log::Log& log, log::Lease& lease, std::string domain
    );

    /// Answers whether there was anything to do.
    [[nodiscard]] Result<bool> step();

private:
    struct Followed {
        TrailTopic topic{};
        Offset next;
        Offset first;        ///< what is below it is no more
        Offset walked_from;  ///< `first` when the last walk over the trails began
    };

    struct Home {
        HomeId id;
        std::vector<Followed> topics;
        std::string walk_at;  ///< the key where a walk goes on; empty: none is under way
    };

    using Found = std::map<std::string, std::vector<Offset>>;  // by prefix of the key

    TrailSession(const log::Log& log, log::Lease& lease, std::string domain)
        : log_{&log},
          lease_{&lease},
          domain_{std::move(domain)} {}

    [[nodiscard]] Status restore(HomeId home);
    [[nodiscard]] Result<std::size_t> read_on(Home& home, Followed& followed, log::Step& step);
    [[nodiscard]] Status walk(Home& home, log::Step& step);

    const log::Log* log_;
    log::Lease* lease_;
    std::string domain_;
    std::vector<Home> homes_;
};

/// Keeps the trails of one domain, beside whatever else runs: a moment behind, and nobody waits for
/// it.
/// Threads:  `run` is the body of its own thread.
/// Lifetime: the log and the membership outlive it.
/// Failure:  when its lease is fenced it takes its homes anew. `run` answers what cannot be mended.
class TrailKeeper {
public:
    TrailKeeper(log::Log& log, std::string domain, const log::Membership& membership)
        : log_{log},
          domain_{std::move(domain)},
          membership_{membership} {}

    Status run(const std::stop_token& stop);

private:
    Status run_session(const std::stop_token& stop);

    log::Log& log_;
    std::string domain_;
    const log::Membership& membership_;
};

}  // namespace sluice::runtime
