#include "sequence/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace sluice::sequence {

namespace {

Contradicts other_content(const Arrival& arrival, bool same_id, std::string_view where) {
    if (!arrival.number.has_value()) {
        return {
            fmt::format(
                "{} id {} has come twice with different content: one {}",
                arrival.source,
                arrival.id,
                where
            ),
            same_id};
    }
    return {
        fmt::format(
            "{} {} has come twice with different content: one {}, the newcomer is id {}",
            arrival.source,
            arrival.number->value,
            where,
            arrival.id
        ),
        same_id};
}

Contradicts other_number(const Arrival& arrival, std::string_view other) {
    return {
        fmt::format(
            "{} id {} has come under two numbers: {} and {}",
            arrival.source,
            arrival.id,
            other,
            arrival.number.has_value() ? fmt::to_string(arrival.number->value) : "none"
        ),
        /*same_event=*/false};
}

Verdict same_or(bool same, Contradicts otherwise) {
    if (same) return IsDuplicate{Compared::kSame};
    return otherwise;
}

/// By the released events of its source whose hashes are remembered.
Verdict compare_numbered(const SourceHistory& source, const Arrival& arrival, std::uint64_t id) {
    bool is_released = false;  // twice, where the newcomer of a conflict went to the end
    bool same_id = false;
    for (const NumberHash& one : source.recent) {
        if (one.number != *arrival.number) continue;
        if (one.content_hash == arrival.content_hash) return IsDuplicate{Compared::kSame};
        is_released = true;
        same_id = same_id || one.id_hash == id;
    }
    if (is_released) return other_content(arrival, same_id, "is released");
    for (const NumberHash& one : source.recent) {
        if (one.id_hash == id) {
            return other_number(arrival, fmt::format("{} (released)", one.number.value));
        }
    }
    if (*arrival.number > source.released) return IsNew{};
    if (source.gave_up(*arrival.number)) return IsLate{};
    return IsDuplicate{Compared::kNotCompared};
}

Verdict compare_released(const SubjectHistory& history, const Arrival& arrival, std::uint64_t id) {
    const SourceHistory* source = history.find(arrival.source);
    if (arrival.number.has_value() && source != nullptr) {
        Verdict verdict = compare_numbered(*source, arrival, id);
        if (!std::holds_alternative<IsNew>(verdict)) return verdict;
    }
    bool id_is_released = false;  // twice, where the newcomer of a conflict went to the end
    for (const RecentId& one : history.recent_ids) {
        if (one.id_hash != id) continue;
        if (arrival.number.has_value()) return other_number(arrival, "none (released)");
        if (one.content_hash == arrival.content_hash) return IsDuplicate{Compared::kSame};
        id_is_released = true;
    }
    if (id_is_released) return other_content(arrival, /*same_id=*/true, "is released");
    if (arrival.number.has_value() || source == nullptr) return IsNew{};
    for (const NumberHash& one : source->recent) {
        if (one.id_hash != id) continue;
        return same_or(
            one.content_hash == arrival.content_hash,
            other_content(arrival, /*same_id=*/false, "is released")
        );
    }
    return IsNew{};
}

Verdict compare_waiting(const WaitingRoom& waiting, const Arrival& arrival, std::uint64_t id) {
    if (waiting.empty()) return IsNew{};
    if (arrival.number.has_value()) {
        const WaitingEvent* same_number = waiting.numbered(arrival.source, *arrival.number);
        if (same_number != nullptr) {
            return same_or(
                same_number->arrival.content_hash == arrival.content_hash,
                other_content(arrival, same_number->arrival.id == arrival.id, "waits")
            );
        }
    }
    const WaitingEvent* same_id = waiting.with_id(id);
    if (same_id == nullptr) return IsNew{};
    if (arrival.number.has_value()) {
        const auto& number = same_id->arrival.number;
        return other_number(
            arrival,
            number.has_value() ? fmt::format("{} (waiting)", number->value) : "none (waiting)"
        );
    }
    return same_or(
        same_id->arrival.content_hash == arrival.content_hash,
        other_content(arrival, !same_id->arrival.number.has_value(), "waits")
    );
}

bool among_conflicts(const Subject& subject, const Arrival& arrival) {
    return std::any_of(
        subject.conflicts.begin(),
        subject.conflicts.end(),
        [&](const WaitingEvent& one) {
            return one.arrival.source == arrival.source && one.arrival.id == arrival.id &&
                   one.arrival.number == arrival.number &&
                   one.arrival.content_hash == arrival.content_hash;
        }
    );
}

}  // namespace

Verdict compare_in_line(const Subject& subject, const Arrival& arrival) {
    const std::uint64_t id = id_hash(arrival);
    Verdict verdict = compare_released(subject.history, arrival, id);
    if (!std::holds_alternative<IsNew>(verdict)) return verdict;
    return compare_waiting(subject.waiting, arrival, id);
}

Verdict compare_with_history(const SubjectHistory& history, const Arrival& arrival) {
    return compare_released(history, arrival, id_hash(arrival));
}

Verdict compare(const Subject& subject, const Arrival& arrival) {
    if (!subject.conflicts.empty() && among_conflicts(subject, arrival)) {
        return IsDuplicate{Compared::kSame};
    }
    return compare_in_line(subject, arrival);
}

void check_stamps(const SequencerOptions& options, Arrival& arrival) {
    auto never_met = [&](const Need& need) {
        const auto* stamp = std::get_if<NeedNumber>(&need);
        if (stamp == nullptr) return false;
        const auto& sources = options.sources;
        std::string why;
        if (!sources.empty() &&
            std::find(sources.begin(), sources.end(), stamp->source) == sources.end()) {
            why = fmt::format(
                "dependson names {}; the domain carries {}", stamp->source, fmt::join(sources, ", ")
            );
        } else if (stamp->source == arrival.source && arrival.number.has_value() &&
                   stamp->number >= *arrival.number) {
            why = fmt::format(
                "dependson names {} {}; the event itself is number {}",
                stamp->source,
                stamp->number.value,
                arrival.number->value
            );
        }
        if (why.empty()) return false;
        if (arrival.invalid.empty()) arrival.invalid = std::move(why);
        return true;
    };
    std::erase_if(arrival.needs, never_met);
}

}  // namespace sluice::sequence
