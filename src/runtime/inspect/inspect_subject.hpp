#pragma once

#include <sluice/result.hpp>

#include "dispatch/dispatcher.hpp"
#include "log/log.hpp"
#include "runtime/inspect/inspect.hpp"
#include "sequence/sequencer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// A subject as it stands in the sequencer's state; nothing if it is not known there (or only its
/// tombstone), or there is no sequencer.
[[nodiscard]] Result<std::optional<sequence::Subject>> peek_subject(
    const log::Log& log, const DomainFacts& facts, std::string_view subject
);

/// Why the sequencer does not release what waits for this subject.
struct WaitingCause {
    std::string cause;  ///< as in Stuck
    std::string detail;
    Instant since;
    std::vector<sequence::Missing> missing;
};

/// Only for a subject that is not settled.
[[nodiscard]] WaitingCause cause_of(const sequence::Subject& subject);

/// How many subjects wait for what the subject's gap is about, itself included: looks at
/// `kLookedAtMax` subjects that wait, and no further than to one more than kSharedGapSubjects.
[[nodiscard]] Result<std::uint64_t> sharing(
    const log::Log& log, const DomainFacts& facts, const sequence::Subject& subject
);

inline constexpr std::size_t kLookedAtMax = 10'000;

/// What a gap that so many subjects share most likely is; empty: they are not that many.
[[nodiscard]] std::string shared_gap_text(const std::string& wanted, std::uint64_t subjects);

/// One line for the audit: how the subject stands, whether anything waits or not.
[[nodiscard]] std::string summary_of(const sequence::Subject& subject);

[[nodiscard]] std::string_view to_string(sequence::HoldCause cause);

/// What happens next, and what a person can do.
[[nodiscard]] std::string what_next(const DomainFacts& facts, const sequence::Subject& subject);
[[nodiscard]] std::string what_next(const dispatch::Line& line);

/// Why a subject does not simply flow in a subscription: paused, parked, hole or retrying.
[[nodiscard]] std::string_view cause_of(const dispatch::Line& line);

}  // namespace sluice::runtime
