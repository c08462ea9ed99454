#pragma once

#include <sluice/time.hpp>

#include "observe/subject_order.hpp"
#include "sequence/arrival.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::observe {

/// A channel, and how much later than its records' times a consumer reads it.
struct Watched {
    std::string topic;
    Milliseconds lag{0};
};

struct Tally {
    std::uint64_t subjects{};
    std::uint64_t events{};

    bool operator==(const Tally&) const = default;
};

/// Events of `then` that were met before one of `first` that belongs in front of them.
struct Pair {
    std::string first;
    std::string then;
    std::uint64_t subjects{};  ///< that have such events in both
    Tally now;                 ///< met in the wrong order by a consumer without lag
    Tally lagging;             ///< … by one with the lags that were asked for

    bool operator==(const Pair&) const = default;
};

/// A subject and its worst inversion.
struct Worst {
    std::string subject;
    std::string first;  ///< topic
    std::string then;
    Milliseconds early{};    ///< the later one of them was met so long before
    std::uint64_t events{};  ///< of the subject, met too early
};

struct Counts {
    std::uint64_t events{};
    std::uint64_t subjects{};
    std::uint64_t
        begin_before{};  ///< subjects: something that their events depend on is not in the window
    Tally now;           ///< over all pairs, each subject and event once
    Tally lagging;
    std::vector<Pair> pairs;   ///< those that matter most come first
    std::vector<Worst> worst;  ///< with the lags, the longest first
};

/// Counts what a consumer that takes each topic as it comes would have met in the wrong order.
/// Pure.
/// Threads:  one at a time.
/// Limits:   `events_max` events, some 100 bytes each, 300 where rules order them; then `add`
///           answers false. 65,535 channels.
class OrderCount {
public:
    explicit OrderCount(std::vector<Watched> channels, std::size_t events_max = 10'000'000);

    /// In each partition's order. False: it is full, and this event is not counted.
    [[nodiscard]] bool add(std::size_t channel, Instant at, const sequence::Arrival& event);

    [[nodiscard]] Counts counts(std::size_t worst_max) const;

private:
    [[nodiscard]] std::uint32_t source_index(const std::string& source);
    [[nodiscard]] std::uint32_t extra_of(const sequence::Arrival& event);
    [[nodiscard]] Instant in_order(std::size_t channel, PartitionId partition, Instant at);
    static void cut(std::vector<Worst>& worst, std::size_t most);

    std::vector<Watched> channels_;
    std::size_t events_max_;
    std::uint64_t events_{};
    std::unordered_map<std::string, std::vector<Glimpse>> subjects_;
    std::vector<Extra> extras_;
    std::unordered_map<std::string, std::uint32_t> sources_;
    std::unordered_map<std::uint64_t, Instant>
        reached_;  ///< by channel and partition: its highest time
};

}  // namespace sluice::observe
