#include "runtime/subjects/waiting_index.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace sluice::runtime {

Boxed<Standing> standing_of(const sequence::Subject& subject) {
    if (subject.settled()) return {};
    Standing standing;
    standing.waiting = subject.waiting.size();
    standing.share = share_of(subject);
    if (!subject.gap) return standing;
    standing.gap_since = subject.gap->opened_at;
    standing.wants_sweep = !subject.gap->proven_at || subject.gap->act_after;
    return standing;
}

void WaitingIndex::loaded(std::string_view subject, const Standing& standing) {
    Hashed& hashed = by_hash_[hash64(subject)];
    ++hashed.subjects;
    hashed.from_before = true;
    ++subjects_;
    add(standing);
}

void WaitingIndex::moved(
    std::string_view subject, const Boxed<Standing>& before, const Boxed<Standing>& now
) {
    if (!before && !now) return;
    if (before) remove(*before);
    if (now) add(*now);
    const auto at = by_hash_.try_emplace(hash64(subject)).first;
    Hashed& hashed = at->second;
    if (!before) {
        ++hashed.subjects;
        ++subjects_;
    }
    if (hashed.subjects == 1) hashed.from_before = false;
    if (now) return;
    SLUICE_ASSERT(hashed.subjects > 0);
    --subjects_;
    if (--hashed.subjects == 0) by_hash_.erase(at);
}

bool WaitingIndex::may_wait(std::string_view subject) const {
    return !by_hash_.empty() && by_hash_.contains(hash64(subject));
}

bool WaitingIndex::from_before(std::string_view subject) const {
    const auto found = by_hash_.find(hash64(subject));
    return found != by_hash_.end() && found->second.from_before;
}

void WaitingIndex::add(const Standing& standing) {
    waiting_events_ += standing.waiting;
    census_.add(standing.share);
    if (standing.wants_sweep) ++wanting_sweep_;
    if (!standing.gap_since) return;
    ++gaps_;
    ++gaps_since_[*standing.gap_since];
}

void WaitingIndex::remove(const Standing& standing) {
    waiting_events_ -= standing.waiting;
    census_.remove(standing.share);
    if (standing.wants_sweep) --wanting_sweep_;
    if (!standing.gap_since) return;
    --gaps_;
    const auto at = gaps_since_.find(*standing.gap_since);
    SLUICE_ASSERT(at != gaps_since_.end());
    if (--at->second == 0) gaps_since_.erase(at);
}

}  // namespace sluice::runtime
