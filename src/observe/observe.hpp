#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "observe/order_count.hpp"
#include "observe/source.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::observe {

struct ObserveOptions {
    Milliseconds window{std::chrono::hours{24 * 7}};  ///< back from now
    std::map<std::string, Milliseconds> lags;         ///< by topic; others come as they are
    std::size_t worst_max{10};
    std::size_t events_max{10'000'000};  ///< then the rest is not looked at, and it is said
};

/// What was seen of one channel.
struct ChannelSeen {
    std::string topic;
    Milliseconds lag{0};
    bool there{true};
    std::uint32_t partitions{};
    std::uint32_t cut{};  ///< partitions whose beginning is gone
    std::uint64_t events{};
    std::uint64_t unreadable{};  ///< records whose subject or number cannot be read
    std::uint64_t foreign{};     ///< of other domains
    std::uint64_t tombstones{};
    std::string reason;  ///< of the first that could not be read
};

struct Observation {
    Instant since;
    Instant until;
    bool full{false};  ///< `events_max` was reached: the rest of the window is missing
    std::vector<ChannelSeen> channels;
    Counts counts;
};

/// Reads a window of a domain's channels and counts what a plain consumer would have met in the
/// wrong order. Nothing is written.
/// Failure: as the source; kNotFound: a lag of a topic that is none of the domain's channels, or
///          none of them is there.
[[nodiscard]] Result<Observation> observe(
    Source& source, const runtime::DomainPlan& plan, const ObserveOptions& options, Instant now
);

}  // namespace sluice::observe
