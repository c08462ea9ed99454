#pragma once

#include <sluice/result.hpp>

#include "doctor/check.hpp"
#include "doctor/findings.hpp"
#include "log/kafka/names.hpp"
#include "log/kafka/survey/record_reader.hpp"
#include "log/kafka/survey/surveyor.hpp"

#include <string>
#include <vector>

namespace sluice::doctor {

/// What the topics of domains that have grown are called on the brokers. None of that is there:
/// everybody has one name.
/// Failure: those of the surveyor, the reader and Names::decode.
[[nodiscard]] Result<log::kafka::Names> read_names(
    const log::kafka::Surveyor& surveyor,
    log::kafka::RecordReader& reader,
    const log::kafka::ClusterFact& cluster,
    const std::string& prefix
);

/// Topics as they are called on the brokers, the prefix in front of both.
[[nodiscard]] std::vector<std::string> on_brokers(
    const log::kafka::Names& names, const std::string& prefix, std::vector<std::string> topics
);

/// From here on what was found goes by the names of contracts; what was replaced is not there.
/// Pure.
void go_by_names(const log::kafka::Names& names, const std::string& prefix, Findings& findings);

/// Which topics have another name, and whether what they replaced is still there. Pure.
/// Call: before go_by_names.
void check_names(
    const log::kafka::Names& names,
    const std::string& prefix,
    const Findings& findings,
    Checks& checks
);

}  // namespace sluice::doctor
