#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "runtime/domain/probe.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <string>
#include <string_view>

namespace sluice::runtime {

/// Up to which offset of its home's ordered partition the stored histories are true: all records
/// below it are in them; what lies above may be in some. | version 1 | offset v |.
[[nodiscard]] std::string encode_true_until(Offset until);
[[nodiscard]] Result<Offset> decode_true_until(std::string_view bytes);

/// What a fold works with; all outlives it.
struct FoldContext {
    const log::Log& log;
    log::Lease& lease;
    std::string_view domain;
    SequencingProbe& probe;
};

/// Brings the histories of the lease's homes up to the ends of their ordered partitions, from where
/// the stored ones are true, or from the first record where nothing is stored: what was released
/// last is nowhere else. It is an audit as well: every record must follow the one before it.
/// Call:     after the lease was taken and the store loaded, before the first step.
/// Failure:  kCorrupt: topic and state disagree, or retention took records that no stored history
///           knows; kUnavailable: an earlier owner's step is not decided yet. Both name the place.
/// Limits:   HistoryLimits::records_max records, where the state is stored; memory as in a step.
[[nodiscard]] Status fold_histories(const FoldContext& context, SubjectStore& store);

}  // namespace sluice::runtime
