#pragma once

#include <sluice/event.hpp>

#include "bench/bench.hpp"
#include "event/record.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace sluice::bench {

/// Of how long something took, in ms.
struct Tail {
    double p50{};
    double p99{};
    double p999{};
    double most{};
};

[[nodiscard]] Tail tail_of(std::vector<std::int64_t> took_ns);

/// Whether the event with that number is to be published.
using Wanted = std::function<bool(std::uint64_t)>;

/// When each event was due, acknowledged and handled. An event carries its number at the beginning
/// of its data.
/// Threads:  any.
class Journal {
public:
    explicit Journal(std::uint64_t events) : moments_(events) {}

    /// Handled now.
    void look(const Record& record);

    [[nodiscard]] std::uint64_t handled() const { return handled_; }

    /// Of the events that were due at all.
    [[nodiscard]] Tail from_due() const;
    [[nodiscard]] Tail from_acknowledged() const;

private:
    friend void publish_steadily(
        const Load& load,
        std::uint64_t per_second,
        Journal& journal,
        const std::function<void(std::vector<Event>&)>& publish,
        const Wanted& wanted
    );

    struct Moments {
        std::int64_t due{};
        std::int64_t acknowledged{};
        std::atomic<std::int64_t> handled{};
    };

    std::vector<Moments> moments_;  ///< by number, in ns
    std::atomic<std::uint64_t> handled_{0};
};

/// Every tick what is due by then, by one of several threads in turn, so that a slow write delays
/// no other; what comes late counts from when it was due. Ends at the first event that is not
/// wanted, at the latest after `load.events`.
void publish_steadily(
    const Load& load,
    std::uint64_t per_second,
    Journal& journal,
    const std::function<void(std::vector<Event>&)>& publish,
    const Wanted& wanted = [](std::uint64_t) { return true; }
);

}  // namespace sluice::bench
