#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "state/state_fold.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>

namespace sluice::runtime {

/// Keeps the states of one domain's subjects, beside whatever else runs: a moment behind, and
/// nobody waits for it but who asks for a state.
/// Threads:  `run` is the body of its own thread.
/// Lifetime: the log and the membership outlive it.
/// Failure:  when its lease is fenced, or no program can be run, it takes its homes anew. `run`
///           answers what cannot be mended.
class StateKeeper {
public:
    /// `reducer`: the fingerprint of the contract that the fold is of.
    StateKeeper(
        log::Log& log,
        std::string domain,
        const log::Membership& membership,
        state::StateFold fold,
        std::uint64_t reducer
    )
        : log_{log},
          domain_{std::move(domain)},
          membership_{membership},
          fold_{std::move(fold)},
          reducer_{reducer} {}

    Status run(const std::stop_token& stop);

private:
    Status run_session(const std::stop_token& stop);

    log::Log& log_;
    std::string domain_;
    const log::Membership& membership_;
    state::StateFold fold_;
    std::uint64_t reducer_;
};

}  // namespace sluice::runtime
