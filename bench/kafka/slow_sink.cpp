#include "bench/kafka/slow_sink.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace sluice::bench {

SlowSink::SlowSink(std::size_t threads, std::chrono::milliseconds each) : each_{each} {
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { handle(stop); });
    }
}

std::vector<dispatch::RunOutcome> SlowSink::deliver(std::span<const deliver::RunWork>) {
    SLUICE_UNREACHABLE();
}

std::size_t SlowSink::room() {
    const std::lock_guard lock{mutex_};
    const std::size_t most = 2 * threads_.size();
    return most - std::min(most, under_way_);
}

void SlowSink::begin(std::span<const deliver::RunBegun> runs) {
    const std::lock_guard lock{mutex_};
    for (const deliver::RunBegun& run : runs) {
        Run& own = waiting_.emplace_back(Run{run.ticket, {}});
        for (const deliver::Outgoing& event : run.work.events) {
            own.events.push_back(*event.record->value);
        }
        ++under_way_;
        begun_cv_.notify_one();
    }
}

std::vector<deliver::RunEnded> SlowSink::ended() {
    const std::lock_guard lock{mutex_};
    under_way_ -= ended_.size();
    return std::exchange(ended_, {});
}

void SlowSink::wait(Milliseconds longest) {
    std::unique_lock lock{mutex_};
    ended_cv_.wait_for(lock, std::chrono::milliseconds{longest.count()}, [this] {
        return !ended_.empty();
    });
}

void SlowSink::drain() {
    const std::lock_guard lock{mutex_};
    for (const Run& run : std::exchange(waiting_, {})) {
        const dispatch::Failure given_back{dispatch::FailureKind::kNotTried, "it stops", {}};
        ended_.push_back({run.ticket, {0, given_back}});
    }
}

void SlowSink::handle(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (begun_cv_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        const Run run = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        for (std::size_t i = 0; i < run.events.size(); ++i) {
            std::this_thread::sleep_for(each_);  // NOLINT(*): time is what a handler takes
        }
        lock.lock();
        ended_.push_back({run.ticket, {run.events.size(), {}}});
        ended_cv_.notify_one();
    }
}

}  // namespace sluice::bench
