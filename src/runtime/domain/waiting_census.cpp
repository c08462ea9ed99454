#include "runtime/domain/waiting_census.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace sluice::runtime {

namespace {

constexpr std::uint64_t kPerMille = 1'000;

/// `part` of `whole`; no overflow for what fits into memory.
std::uint64_t per_mille(std::uint64_t part, std::uint64_t whole) {
    return part * kPerMille / std::max<std::uint64_t>(whole, 1);
}

}  // namespace

SourceLimits SourceLimits::share(std::size_t homes, std::size_t of) const {
    const auto part = [&](std::uint64_t whole) {
        return std::max<std::uint64_t>(whole / of * homes + whole % of * homes / of, 1);
    };
    return {part(events_max), part(bytes_max)};
}

std::string shared_name(const sequence::Subject& subject) {
    if (!subject.gap.has_value()) return {};
    const sequence::Need& missing = subject.gap->missing;
    if (const auto* number = std::get_if<sequence::NeedNumber>(&missing)) return number->source;
    return std::get<sequence::NeedMark>(missing).wanted;
}

void CensusShare::add(const sequence::SourceLoads& more) {
    loads.insert(loads.end(), more.by_source().begin(), more.by_source().end());
}

CensusShare share_of(const sequence::Subject& subject) {
    CensusShare share;
    share.add(subject.waiting.loads());
    for (const sequence::WaitingEvent& one : subject.conflicts) {
        share.loads.push_back({one.arrival.source, 1, one.arrival.size_bytes()});
    }
    share.gap = shared_name(subject);
    return share;
}

void WaitingCensus::add(const CensusShare& share) {
    for (const sequence::SourceLoad& one : share.loads) {
        Load& load = loads_[one.source];
        load.events += one.events;
        load.bytes += one.bytes;
    }
    if (!share.gap.empty()) ++gaps_[share.gap];
}

void WaitingCensus::remove(const CensusShare& share) {
    for (const sequence::SourceLoad& one : share.loads) {
        const auto at = loads_.find(one.source);
        SLUICE_ASSERT(at != loads_.end() && at->second.events >= one.events);
        at->second.events -= one.events;
        at->second.bytes -= one.bytes;
        if (at->second.events == 0) loads_.erase(at);
    }
    if (share.gap.empty()) return;
    const auto gap = gaps_.find(share.gap);
    SLUICE_ASSERT(gap != gaps_.end());
    if (--gap->second == 0) gaps_.erase(gap);
}

bool WaitingCensus::is_full(std::string_view source, std::size_t bytes, const SourceLimits& limits)
    const {
    const auto found = loads_.find(source);
    const Load load = found == loads_.end() ? Load{} : found->second;
    return load.events >= limits.events_max || load.bytes + bytes > limits.bytes_max;
}

std::uint64_t WaitingCensus::fullest_per_mille(const SourceLimits& limits) const {
    std::uint64_t fullest = 0;
    for (const auto& [source, load] : loads_) {
        fullest = std::max(fullest, per_mille(load.events, limits.events_max));
        fullest = std::max(fullest, per_mille(load.bytes, limits.bytes_max));
    }
    return fullest;
}

std::vector<SharedGap> WaitingCensus::shared_gaps(std::size_t max) const {
    std::vector<SharedGap> all;
    all.reserve(gaps_.size());
    for (const auto& [wanted, subjects] : gaps_) all.push_back({wanted, subjects});
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(std::min(max, all.size()));
    std::partial_sort(all.begin(), middle, all.end(), [](const auto& a, const auto& b) {
        return std::pair{b.subjects, std::string_view{a.wanted}} <
               std::pair{a.subjects, std::string_view{b.wanted}};
    });
    all.erase(middle, all.end());
    return all;
}

}  // namespace sluice::runtime
