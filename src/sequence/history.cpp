#include "sequence/history.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::sequence {

namespace {

/// Same source: by name, or by hash where a tombstone has left nothing else.
bool is_of(const SourceHistory& history, std::string_view source) {
    if (!history.source.empty()) return history.source == source;
    return history.hash_if_unnamed == source_hash(source);
}

SourceHistory& source_of(SubjectHistory& history, std::string_view source) {
    auto found = std::find_if(history.sources.begin(), history.sources.end(), [&](const auto& one) {
        return is_of(one, source);
    });
    if (found == history.sources.end()) {
        found = history.sources.insert(found, SourceHistory{});
    }
    if (found->source.empty()) {
        found->source = source;
        found->hash_if_unnamed = 0;
    }
    return *found;
}

template <class T>
void remember(std::vector<T>& ring, const T& entry, std::size_t entries_max) {
    if (ring.size() == entries_max) ring.erase(ring.begin());
    ring.push_back(entry);
}

void remember_event(SubjectHistory& history, const OrderedFacts& facts) {
    if (facts.number.has_value()) {
        remember(
            source_of(history, facts.source).recent,
            NumberHash{*facts.number, facts.id_hash, facts.content_hash},
            kComparedNumbersMax
        );
    } else {
        remember(
            history.recent_ids, RecentId{facts.id_hash, facts.content_hash}, kRememberedIdsMax
        );
    }
    for (const Mark mark : facts.marks) {
        auto at = std::lower_bound(history.marks.begin(), history.marks.end(), mark);
        if (at == history.marks.end() || *at != mark) history.marks.insert(at, mark);
    }
}

/// A merged range also covers numbers that were released: their duplicates go aside instead of
/// being dropped, which loses nothing. Forgetting a range would drop what was never released.
void remember_skipped(SourceHistory& source, Skipped range) {
    source.skipped.push_back(range);
    if (source.skipped.size() <= kSkippedRangesMax) return;
    source.skipped[1].first = source.skipped[0].first;
    source.skipped.erase(source.skipped.begin());
}

void close_or_reopen(SubjectHistory& history, const OrderedFacts& facts) {
    if (facts.closes) {
        history.closed = true;
        history.closed_at = facts.released_at;
    } else if (facts.number.has_value()) {
        history.closed = false;
        history.closed_at = Instant{};
    }
}

Error does_not_follow(const OrderedFacts& facts, std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "subject {}, position {}: {}; the ordered topic and the state disagree",
            facts.subject,
            facts.position.value,
            what
        )};
}

Status check(const SubjectHistory& history, const OrderedFacts& facts) {
    if (facts.position != history.last.next()) {
        return does_not_follow(
            facts, fmt::format("position {} should follow", history.last.next().value)
        );
    }
    if (facts.kind == OrderedKind::kLate || !facts.number.has_value()) return ok();
    const SourceNumber next = history.released(facts.source).next();
    const SourceNumber first = facts.skipped_from.value_or(*facts.number);
    if (first != next || *facts.number < first) {
        return does_not_follow(
            facts,
            fmt::format(
                "{} {} to {} where {} should follow",
                facts.source,
                first.value,
                facts.number->value,
                next.value
            )
        );
    }
    return ok();
}

}  // namespace

std::uint32_t source_hash(std::string_view source) {
    return static_cast<std::uint32_t>(hash64(source));
}

bool SourceHistory::gave_up(SourceNumber number) const {
    return std::any_of(skipped.begin(), skipped.end(), [&](const Skipped& range) {
        return range.first <= number && number <= range.last;
    });
}

const SourceHistory* SubjectHistory::find(std::string_view source) const {
    for (const SourceHistory& one : sources) {
        if (is_of(one, source)) return &one;
    }
    return nullptr;
}

SourceNumber SubjectHistory::released(std::string_view source) const {
    const SourceHistory* found = find(source);
    return found == nullptr ? SourceNumber{} : found->released;
}

bool SubjectHistory::knows(Mark mark) const {
    return std::binary_search(marks.begin(), marks.end(), mark);
}

Status apply(SubjectHistory& history, const OrderedFacts& facts) {
    if (Status follows = check(history, facts); !follows.has_value()) return follows;
    history.last = facts.position;
    switch (facts.kind) {
        case OrderedKind::kEvent:
            if (facts.number.has_value()) {
                source_of(history, facts.source).released = *facts.number;
            }
            remember_event(history, facts);
            close_or_reopen(history, facts);
            break;
        case OrderedKind::kGap:
            if (facts.number.has_value()) {
                SourceHistory& source = source_of(history, facts.source);
                source.released = *facts.number;
                remember_skipped(
                    source, Skipped{facts.skipped_from.value_or(*facts.number), *facts.number}
                );
            }
            break;
        case OrderedKind::kLate: remember_event(history, facts); break;
    }
    return ok();
}

}  // namespace sluice::sequence
