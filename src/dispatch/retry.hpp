#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::dispatch {

/// When a failing event is tried again: exponential back-off with jitter.
struct RetryPolicy {
    std::uint32_t attempts_max{8};  ///< 1 to 1,000; after the last one the event is dead
    Milliseconds first{100};        ///< wait after the first failure
    double factor{2.0};             ///< 1.0 to 10.0
    Milliseconds wait_max{60'000};
    double jitter{0.2};  ///< a wait is stretched by up to this share, 0 to 1
    Milliseconds in_place_max{
        30'000};  ///< a longer wait, or more of waits in all, moves the subject to its backlog

    Milliseconds age_max{0};  ///< after its first failure; an older event is dead. 0: no limit

    /// Names the field, its value and the allowed range.
    [[nodiscard]] Status validate() const;

    bool operator==(const RetryPolicy&) const = default;
};

/// What one class of failures is worth, instead of the policy for all. Classes are the sink's words
/// (deliver/judge.hpp: "asked", "rejected", "constraint", …).
struct RetryClass {
    std::string name;
    bool dead{false};    ///< no attempt will help, whatever the sink says
    RetryPolicy policy;  ///< otherwise: tried again so, even if the sink says dead

    bool operator==(const RetryClass&) const = default;
};

/// The wait after the failure number `attempt` (from 1). Jitter comes from `salt` (subject,
/// position), not from chance, so that a run can be replayed.
[[nodiscard]] Milliseconds wait_after(
    const RetryPolicy& policy, std::uint32_t attempt, std::uint64_t salt
);

}  // namespace sluice::dispatch
