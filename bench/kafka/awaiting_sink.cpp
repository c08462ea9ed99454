#include "bench/kafka/awaiting_sink.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace sluice::bench {

std::vector<dispatch::RunOutcome> AwaitingSink::deliver(std::span<const deliver::RunWork>) {
    SLUICE_UNREACHABLE();
}

void AwaitingSink::begin(std::span<const deliver::RunBegun> runs) {
    const Time now = std::chrono::steady_clock::now();
    for (const deliver::RunBegun& run : runs) {
        Run own{now + each_ * run.work.events.size(), run.ticket, {}};
        for (const deliver::Outgoing& event : run.work.events) {
            own.events.push_back(*event.record->value);
        }
        runs_.push(std::move(own));
    }
}

std::vector<deliver::RunEnded> AwaitingSink::ended() {
    std::vector<deliver::RunEnded> ended;
    const Time now = std::chrono::steady_clock::now();
    while (!runs_.empty() && runs_.top().done <= now) {
        ended.push_back({runs_.top().ticket, {runs_.top().events.size(), {}}});
        runs_.pop();
    }
    return ended;
}

void AwaitingSink::wait(Milliseconds longest) {
    Time until = std::chrono::steady_clock::now() + std::chrono::milliseconds{longest.count()};
    if (!runs_.empty()) until = std::min(until, runs_.top().done);
    std::this_thread::sleep_until(until);  // NOLINT(*): time is what a handler takes
}

}  // namespace sluice::bench
