#pragma once

#include <sluice/time.hpp>

#include "base/clock.hpp"
#include "doctor/check.hpp"
#include "doctor/findings.hpp"
#include "log/kafka/options.hpp"

#include <vector>

namespace sluice::doctor {

struct DiagnoseOptions {
    Milliseconds patience{10'000};  ///< for each answer of the cluster
    Milliseconds watch{
        2'000};  ///< groups are looked at three times within it; 0: once, without a verdict
    std::size_t groups_max{1'000};  ///< more are not looked at, and it is said
};

/// Looks at a cluster and judges what it finds. Reads only.
/// Threads: one. Takes `watch`, and at worst `patience` for each of a few questions.
[[nodiscard]] std::vector<Check> diagnose(
    const log::kafka::KafkaOptions& kafka,
    const Expectations& expected,
    const DiagnoseOptions& options,
    const Clock& clock
);

}  // namespace sluice::doctor
