#pragma once

#include "sequence/source_loads.hpp"
#include "sequence/subject.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What may wait of one source, over all subjects of a domain. A task holds its homes' share to it.
struct SourceLimits {
    std::uint64_t events_max{10'000'000};
    std::uint64_t bytes_max{std::uint64_t{10} << 30};  ///< of events, as they lie on disk

    /// The share of so many homes out of all; at least one event.
    [[nodiscard]] SourceLimits share(std::size_t homes, std::size_t of) const;
};

/// The same thing is missing for many subjects: numbers of one source, or what one rule asks for.
struct SharedGap {
    std::string wanted;
    std::uint64_t subjects{};

    bool operator==(const SharedGap&) const = default;
};

/// From so many subjects on it is not an event that is missing, but a channel.
inline constexpr std::uint64_t kSharedGapSubjects = 100;

/// What the subject's gap has in common with those of others; empty: there is no gap.
[[nodiscard]] std::string shared_name(const sequence::Subject& subject);

/// What one subject adds to the census.
struct CensusShare {
    std::vector<sequence::SourceLoad>
        loads;        ///< in line, and in conflicts: a source may come twice
    std::string gap;  ///< its shared_name

    void add(const sequence::SourceLoads& more);

    bool operator==(const CensusShare&) const = default;
};

[[nodiscard]] CensusShare share_of(const sequence::Subject& subject);

/// How much of each source waits, and how many subjects each thing is missing for: over the
/// subjects of a task that are not settled.
/// Threads:  the task's only.
/// Limits:   a source and a gap are forgotten with the last subject that has a part in them.
class WaitingCensus {
public:
    void add(const CensusShare& share);

    /// One that was added.
    void remove(const CensusShare& share);

    /// Whether no event of so many bytes of the source may wait any more.
    [[nodiscard]] bool is_full(
        std::string_view source, std::size_t bytes, const SourceLimits& limits
    ) const;

    /// Of the fullest source, how much of what may wait of it does: 0 to 1000, or a little more.
    [[nodiscard]] std::uint64_t fullest_per_mille(const SourceLimits& limits) const;

    /// The gaps of the most subjects, at most `max` of them.
    [[nodiscard]] std::vector<SharedGap> shared_gaps(std::size_t max) const;

private:
    struct Load {
        std::uint64_t events{};
        std::uint64_t bytes{};
    };

    std::map<std::string, Load, std::less<>> loads_;
    std::map<std::string, std::uint64_t, std::less<>> gaps_;
};

}  // namespace sluice::runtime
