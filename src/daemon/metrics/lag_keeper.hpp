#pragma once

#include <sluice/result.hpp>

#include "lag/window.hpp"
#include "log/log.hpp"
#include "runtime/engine/engine.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::daemon {

/// Looks at every consumer of an engine now and then, and keeps a window of samples for each of
/// its partitions: the sequencer of a domain on its channels and its repartition topic, each
/// subscription on the ordered topic.
/// Threads:  `observe` from one; all else from any.
/// Lifetime: engine and log outlive it. The engine has its domains and subscriptions by then.
/// Failure:  what the log answers; the samples so far stay.
/// Limits:   a window per consumer and partition.
class LagKeeper {
public:
    /// Between samples: a window is a minute.
    static constexpr Milliseconds kInterval{5'000};

    LagKeeper(const runtime::Engine& engine, const log::Log& log) : engine_{engine}, log_{log} {}

    /// Takes a sample if it is time for one.
    Status observe(Instant now);

    /// The worst of its partitions; the sequencer's subscription is "".
    [[nodiscard]] lag::Verdict worst_of(std::string_view domain, std::string_view subscription)
        const;

    struct Consumer {
        std::string domain;
        std::string subscription;  ///< "": the sequencer
        std::int64_t lag{};        ///< records, when the last sample was taken
        Instant alive_at;          ///< of what has given no sign of life for longest
        lag::Verdict verdict{};
    };

    /// All of them, whether or not a sample was taken.
    [[nodiscard]] std::vector<Consumer> consumers() const;

    /// Records in the domain's aside topic, when the last sample was taken.
    [[nodiscard]] std::int64_t aside(std::string_view domain) const;

    [[nodiscard]] std::optional<Instant> sampled_at() const;

private:
    using ConsumerName = std::pair<std::string, std::string>;  // domain, subscription
    using Samples = std::map<ConsumerName, std::map<log::PartitionRef, lag::Sample>>;

    struct Seen {
        Samples samples;
        std::map<std::string, std::int64_t, std::less<>> aside;
    };

    struct Kept {
        std::map<log::PartitionRef, lag::Window> windows;
        std::int64_t lag{0};
    };

    Status look_at(const runtime::Engine::Domain& domain, Instant now, Seen& seen) const;
    Status look_at_sequencer(const runtime::Engine::Domain& domain, Instant now, Seen& seen) const;
    Status look_at_subscriptions(const runtime::Engine::Domain& domain, Instant now, Seen& seen)
        const;
    [[nodiscard]] lag::Verdict worst_of(const ConsumerName& name) const;  // under the mutex

    const runtime::Engine& engine_;
    const log::Log& log_;
    mutable std::mutex mutex_;
    std::map<ConsumerName, Kept> kept_;
    std::map<std::string, std::int64_t, std::less<>> aside_;
    std::optional<Instant> sampled_at_;
};

}  // namespace sluice::daemon
