#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "bench/bench.hpp"
#include "deliver/sink.hpp"
#include "log/embedded/embedded.hpp"
#include "runtime/engine/engine.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

/// Ends the program with the message of what went wrong.
void require(const Status& done);

/// What was asked for, or the end as above.
template <class T>
T take(Result<T> result) {
    require(result.has_value() ? ok() : Status{result.error()});
    return std::move(result).value();
}

/// As many threads as `sluice serve` takes when it is told nothing.
[[nodiscard]] runtime::EngineOptions engine_options();

/// Goes on with the system's time, plus what it was moved forward.
class MovedClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return system_.now() + Milliseconds{ahead_ms_}; }

    void move(Milliseconds by) { ahead_ms_ += by.count(); }

private:
    SystemClock system_;
    std::atomic<std::int64_t> ahead_ms_{0};
};

/// A sink whose handler does nothing, or just looks at the record.
class NoOpSink final : public deliver::Sink {
public:
    using Look = std::function<void(const Record&)>;

    explicit NoOpSink(Look look = nullptr) : look_{std::move(look)} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override;

private:
    Look look_;
};

enum class Trails : std::uint8_t { kNone, kKept };

/// A domain of three channels and eight homes over an embedded log.
class Pipeline {
public:
    static constexpr std::uint32_t kHomes = 8;

    /// `sink`: of one subscription; null: none.
    Pipeline(
        const std::filesystem::path& directory,
        std::unique_ptr<deliver::Sink> sink,
        Trails trails = Trails::kNone
    );

    void start() { require(engine_.start()); }

    /// Until all that was published is sequenced and handled, or waits.
    void wait() const;

    void stop() { require(engine_.stop()); }

    void publish(const std::vector<Event>& events) const;

    [[nodiscard]] const log::Log& log() const { return *log_; }

    [[nodiscard]] log::Log& log() { return *log_; }

    [[nodiscard]] const runtime::Engine& engine() const { return engine_; }

    [[nodiscard]] MovedClock& clock() { return clock_; }

private:
    MovedClock clock_;
    std::unique_ptr<log::Log> log_;
    runtime::Engine engine_;  ///< last: it stops first
};

/// The event with that number of a load: subject after subject, again and again.
[[nodiscard]] Event event_number(const Load& load, std::uint64_t number);

/// Calls `publish` with batches of `make(number)`, for numbers from 0, from `load.publishers`
/// threads.
void publish_all(
    const Load& load,
    const std::function<Event(std::uint64_t)>& make,
    const std::function<void(const std::vector<Event>&)>& publish
);

/// The same, into a pipeline.
void publish_with(
    const Load& load, const Pipeline& to, const std::function<Event(std::uint64_t)>& make
);

/// The load's own events.
void publish_load(const Load& load, const Pipeline& to);

/// Calls `look` with each key and value of a group's table, home by home.
void for_each_entry(
    const Pipeline& pipeline,
    std::string_view group,
    log::Table table,
    const std::function<void(const std::string& key, const std::string& value)>& look
);

}  // namespace sluice::bench
