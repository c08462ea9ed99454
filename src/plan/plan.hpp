#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::plan {

/// What is asked of one domain. A day's average, not a benchmark's.
struct Load {
    double events_per_second{};                ///< of all channels together; 0.001 to 10^8
    double peak_factor{3};                     ///< the busiest minutes over the average; 1 to 1,000
    double hottest_per_second{0};              ///< of the busiest subject alone; 0: not known
    std::uint64_t event_bytes{1'024};          ///< key, value and headers; 1 to 8 MiB
    std::chrono::microseconds handler{1'000};  ///< of one event, in one subscription; to 1 h
    std::uint32_t subscriptions{1};            ///< 1 to 10,000
    Milliseconds lag_max{10'000};              ///< from publishing to handled, at the peak; to 1 d
    Milliseconds outage{std::chrono::hours{1}};    ///< all instances down; 0 to 30 d
    Milliseconds recovery{std::chrono::hours{1}};  ///< … and all is caught up after; 1 s to 30 d
    double detour{1};  ///< share of events read at another home than their own; 0 to 1
    Milliseconds retention{std::chrono::hours{24 * 7}};  ///< of channels and ordered topic
    std::uint32_t replication{3};                        ///< 1 to 15
};

/// What one machine carries. Assumptions until they are measured (docs/scale.md says how).
struct Capacity {
    double sequenced_per_core{50'000};   ///< events a second, Kafka's client included
    double dispatched_per_core{50'000};  ///< events a second and subscription, without the handler
    std::uint32_t cores{8};              ///< of an instance; 1 to 1,024
    std::uint32_t handlers{256};         ///< events being handled at once by an instance
    double partition_bytes_per_second{10e6};  ///< written to one partition
    double broker_bytes_per_second{100e6};    ///< written to one broker's disk, copies included
    Milliseconds step{100};                   ///< a transaction takes in so much time of events
    double share{0.7};                        ///< of each capacity that is planned for; 0.1 to 1
};

/// One step of the arithmetic, for people and programs.
struct Line {
    std::string name;        ///< "needed"
    std::string arithmetic;  ///< "max(15,000, 5,000 x (1 + 60 min / 60 min))"
    double value{};
    std::string unit;  ///< "events/s"

    bool operator==(const Line&) const = default;
};

struct Plan {
    std::uint64_t homes{};  ///< partitions of the ordered topic, and best of the channels
    std::uint64_t instances{};
    std::uint64_t brokers{};
    std::vector<Line> lines;         ///< in the order in which one follows from another
    std::vector<std::string> wrong;  ///< what no number of machines cures; empty: the plan holds
    std::string breaks_first;        ///< and at how many times this load

    [[nodiscard]] bool holds() const { return wrong.empty(); }
};

/// From a load to partitions, instances and brokers. Pure.
/// Failure: kInvalidArgument names the value that is out of its range.
[[nodiscard]] Result<Plan> make_plan(const Load& load, const Capacity& capacity);

/// "1,234,567"; fractions only below 10. Numbers as the lines show them.
[[nodiscard]] std::string readable(double number);

/// "90 s", "5 min", "1 h", "250 ms", "7 d".
[[nodiscard]] std::string readable(std::chrono::microseconds time);

}  // namespace sluice::plan
