#include "runtime/states/state_keeper.hpp"

#include "runtime/domain/retry_open.hpp"
#include "runtime/states/state_session.hpp"
#include "runtime/states/state_tables.hpp"

#include <chrono>
#include <thread>

namespace sluice::runtime {

namespace {

constexpr std::chrono::milliseconds kStatePause{20};  // between two steps: one write for many
constexpr std::chrono::milliseconds kLookForRecords{500};

}  // namespace

Status StateKeeper::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Status ended = run_reopening(log_, stop, [&] { return run_session(stop); });
        if (!ended) return ended;
    }
    return ok();
}

/// Until the stop, or until its homes are others.
Status StateKeeper::run_session(const std::stop_token& stop) {
    const std::uint64_t before = log_.version();
    const log::Share share = membership_.share();
    if (share.homes.empty()) {
        log_.wait_for_change(before, kLookForRecords);
        return ok();
    }
    const auto lease = log_.take(state_group(domain_), share.homes);
    if (!lease) return lease.error();
    auto session = StateSession::open(log_, *lease.value(), domain_, fold_, reducer_);
    if (!session) return session.error();
    while (!stop.stop_requested() && membership_.round() == share.round) {
        const std::uint64_t seen = log_.version();
        const auto next = std::chrono::steady_clock::now() + kStatePause;
        const auto moved = session.value().step();
        if (!moved) return moved.error();
        if (!moved.value()) log_.wait_for_change(seen, kLookForRecords);
        std::this_thread::sleep_until(next);
    }
    return ok();
}

}  // namespace sluice::runtime
