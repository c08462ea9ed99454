#pragma once

#include <sluice/time.hpp>

#include "base/clock.hpp"
#include "doctor/findings.hpp"
#include "log/kafka/survey/record_reader.hpp"
#include "log/kafka/survey/surveyor.hpp"

#include <string>
#include <vector>

namespace sluice::doctor {

/// The groups that have an offset in one of the topics, looked at three times within `watch`, with
/// the verdict of lag::Window. A group that has no member gives no sign of life. Offsets that hold
/// nothing but the marks of transactions are no lag.
[[nodiscard]] std::vector<GroupSeen> watch_groups(
    const log::kafka::Surveyor& surveyor,
    std::vector<log::kafka::GroupFact> groups,
    const std::vector<std::string>& topics,
    Milliseconds watch,
    const Clock& clock,
    log::kafka::RecordReader& reader
);

}  // namespace sluice::doctor
