#pragma once

#include <sluice/time.hpp>

#include "base/boxed.hpp"
#include "runtime/domain/waiting_census.hpp"
#include "sequence/subject.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace sluice::runtime {

/// What a subject that is not settled adds to the sums.
struct Standing {
    std::size_t waiting{0};
    std::optional<Instant> gap_since;
    bool wants_sweep{false};  ///< its gap is unproven, or due to act
    CensusShare share;

    bool operator==(const Standing&) const = default;
};

/// Nothing for a settled subject.
[[nodiscard]] Boxed<Standing> standing_of(const sequence::Subject& subject);

/// Which subjects are not settled, without their names, and sums over them. A subject takes some
/// 40 bytes here. Subjects of one hash (once in 10^7 with a million) are looked up in vain while
/// one of them waits; nothing else comes of it.
/// Threads:  the task's only.
class WaitingIndex {
public:
    /// Found in the state at the opening: sweeps that it knows of were another process's.
    void loaded(std::string_view subject, const Standing& standing);

    /// Between two calls a subject's standing was `before`. What is stored of it is written by
    /// this process from now on.
    void moved(std::string_view subject, const Boxed<Standing>& before, const Boxed<Standing>& now);

    /// False: it is settled.
    [[nodiscard]] bool may_wait(std::string_view subject) const;

    [[nodiscard]] bool from_before(std::string_view subject) const;

    [[nodiscard]] std::size_t subjects() const { return subjects_; }

    [[nodiscard]] std::size_t waiting_events() const { return waiting_events_; }

    [[nodiscard]] bool wants_sweep() const { return wanting_sweep_ > 0; }

    [[nodiscard]] std::size_t gaps() const { return gaps_; }

    [[nodiscard]] const WaitingCensus& census() const { return census_; }

    [[nodiscard]] std::optional<Instant> oldest_gap() const {
        return gaps_since_.empty() ? std::nullopt : std::optional{gaps_since_.begin()->first};
    }

private:
    struct Hashed {
        std::uint32_t subjects{0};
        bool from_before{false};  ///< of one of them
    };

    void add(const Standing& standing);
    void remove(const Standing& standing);

    std::unordered_map<std::uint64_t, Hashed> by_hash_;
    std::map<Instant, std::size_t> gaps_since_;  ///< many open in one millisecond
    WaitingCensus census_;
    std::size_t subjects_{0};
    std::size_t gaps_{0};
    std::size_t wanting_sweep_{0};
    std::size_t waiting_events_{0};
};

}  // namespace sluice::runtime
