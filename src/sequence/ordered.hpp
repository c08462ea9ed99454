#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"
#include "sequence/history.hpp"
#include "sequence/sequencer.hpp"

#include <string_view>

namespace sluice::sequence {

inline constexpr std::string_view kFactsHeader = "sluice";  ///< the facts, binary
inline constexpr std::string_view kChosenHeader =
    "sluice-chosen";  ///< the operator's command that put the record here
inline constexpr std::string_view kGapType = "sluice.gap";  ///< CloudEvents type of a gap
inline constexpr std::string_view kGapSource = "/sluice";   ///< CloudEvents source of a gap

/// Headers of an ordered record that are Sluice's: a producer's are taken off.
[[nodiscard]] bool is_ours(const Header& header);

/// What is appended to the ordered topic: docs/formats/ordered-record.md.
/// Value and headers of an event stay byte for byte; only headers of its own names, which are
/// Sluice's, are replaced. The key becomes the subject. A gap becomes a CloudEvents event of its
/// own.
[[nodiscard]] Record to_ordered(Release release);

/// kCorrupt when the record is none of an ordered topic, or damaged. Names what is off.
[[nodiscard]] Result<OrderedFacts> facts_of(const Record& record);

}  // namespace sluice::sequence
