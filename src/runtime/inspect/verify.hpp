#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What a domain's ordered topic and the sequencer's state say of each other.
struct Verification {
    static constexpr std::size_t kFindingsMax = 100;

    std::uint64_t records{0};   ///< of the ordered topic: every one was folded
    std::uint64_t subjects{0};  ///< that they are about
    std::uint64_t stored{0};    ///< histories of the state that were compared with the fold
    std::uint64_t wrong{0};
    std::vector<std::string> findings;  ///< the first `kFindingsMax`, a line each
};

/// Folds the domain's ordered topic again, from its first record: every position of every subject
/// follows the one before, no number is given twice, each record lies in its subject's home; and
/// what the state holds of a subject is the fold of its first records, to the last bit. A damaged
/// subject is a finding, and the others are looked at all the same.
/// Reads as Log does; on a domain that is sequenced meanwhile only what is stored may be ahead.
/// Failure: kNotFound: no such domain; what the log answers.
/// Limits:  the histories of one home in memory.
[[nodiscard]] Result<Verification> verify(const log::Log& log, std::string_view domain);

}  // namespace sluice::runtime
