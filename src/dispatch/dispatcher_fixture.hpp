#pragma once

#include "dispatch/dispatcher.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::dispatch::test {

/// What a shell keeps on disk: the Changes, applied.
struct Store {
    Progress progress;
    std::map<std::string, Line> lines;
    std::map<std::pair<std::string, Position>, Offset> backlog;
    std::map<std::pair<std::string, Position>, Record> edited;  ///< of the backlog's
    std::optional<Hold> hold;

    void apply(const Changes& changes) {
        if (changes.progress.has_value()) progress = *changes.progress;
        for (const auto& change : changes.lines) {
            if (change.line.has_value()) {
                lines[change.subject] = *change.line;
            } else {
                EXPECT_EQ(lines.erase(change.subject), 1U) << "a line that was never written";
            }
        }
        for (const auto& erase : changes.erases) {
            EXPECT_EQ(backlog.erase({erase.subject, erase.position}), 1U);
            edited.erase({erase.subject, erase.position});
        }
        for (const auto& put : changes.puts) {
            EXPECT_TRUE(backlog.emplace(std::pair{put.subject, put.position}, put.offset).second);
        }
        for (const auto& edit : changes.edits) {
            const std::pair key{edit.subject, edit.position};
            EXPECT_TRUE(backlog.contains(key)) << "an edit of what is not there";
            EXPECT_EQ(backlog[key], edit.offset);
            edited[key] = edit.record;
        }
        if (changes.hold.has_value()) hold = *changes.hold;
    }

    [[nodiscard]] Dispatcher::Restored restored() const {
        Dispatcher::Restored all{progress, {lines.begin(), lines.end()}, {}, hold};
        for (const auto& [key, offset] : backlog) {
            if (all.backlog.empty() || all.backlog.back().first != key.first) {
                all.backlog.push_back({key.first, {}});
            }
            all.backlog.back().second.push_back({key.second, offset, 0, {}});
        }
        return all;
    }

    [[nodiscard]] bool is_done(Offset offset) const {
        if (offset < progress.next) return true;
        for (const auto& range : progress.done_above) {
            if (offset >= range.first && offset < range.end) return true;
        }
        return false;
    }
};

/// A dispatcher with its store; a step is taken and written at once, unless a test says otherwise.
class Bench {
public:
    explicit Bench(DispatcherOptions given = {}) : options{given}, core{options, {}} {}

    void fetch(const std::string& subject, std::uint64_t position, Delivery more = {}) {
        more.offset = core.read_from();
        more.subject = subject;
        more.position = Position{position};
        more.bytes = 100;
        core.fetched(std::move(more), now);
    }

    void step() { store.apply(core.take_changes()); }

    void restart() { core = Dispatcher{options, store.restored()}; }

    /// The one run that may start now.
    Run start_one() {
        auto runs = core.start(now, 10);
        EXPECT_EQ(runs.size(), 1U);
        return runs.empty() ? Run{} : runs.front();
    }

    [[nodiscard]] bool nothing_starts() { return core.start(now, 10).empty(); }

    void succeed(const Run& run) { core.finished(run.id, {run.events.size(), {}}, now); }

    void fail(const Run& run, FailureKind kind, std::size_t handled = 0) {
        core.finished(run.id, {handled, Failure{kind, "it failed", {}}}, now);
    }

    Answer choose(const std::string& subject, Act act) {
        step();
        return core.command(
            {"sales", subject, "c-1", "alice", "the deploy was bad", now, std::move(act)}, now
        );
    }

    void pass(std::int64_t milliseconds) { now = now + Milliseconds{milliseconds}; }

    DispatcherOptions options;
    Dispatcher core;
    Store store;
    Instant now{1'000'000};
};

/// Positions 1 to `events` of subject s; 1 is dead, the rest waits behind it, durable.
inline Bench parked(std::uint64_t events = 3) {
    Bench bench;
    for (std::uint64_t position = 1; position <= events; ++position) bench.fetch("s", position);
    bench.fail(bench.start_one(), FailureKind::kDead);
    bench.step();
    return bench;
}

/// A bench whose retries wait longer than anything waits in place.
inline Bench long_waits() {
    Bench bench;
    bench.options.retry.first = Milliseconds{40'000};
    bench.restart();
    return bench;
}

inline std::vector<std::uint64_t> positions(const Run& run) {
    std::vector<std::uint64_t> all;
    for (const RunEvent& event : run.events) all.push_back(event.position.value);
    return all;
}

inline Delivery unwanted() {
    Delivery delivery;
    delivery.wanted = false;
    return delivery;
}

inline Delivery invalid(std::string why) {
    Delivery delivery;
    delivery.invalid = std::move(why);
    return delivery;
}

using List = std::vector<std::uint64_t>;

}  // namespace sluice::dispatch::test
