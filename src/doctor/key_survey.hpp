#pragma once

#include "doctor/findings.hpp"
#include "log/kafka/survey/record_reader.hpp"
#include "log/kafka/survey/surveyor.hpp"

namespace sluice::doctor {

/// Reads the last records of each channel into `findings.keys`: at most 16 of a partition, of 16
/// partitions. A channel that cannot be read has no sample.
void sample_keys(
    const log::kafka::Surveyor& surveyor,
    log::kafka::RecordReader& reader,
    const Expectations& expected,
    Findings& findings
);

}  // namespace sluice::doctor
