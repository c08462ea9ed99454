#pragma once

#include "sim/history.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::sim {

/// The words of scenarios, each for one value.
template <class Value, std::size_t N>
using Words = std::array<std::pair<std::string_view, Value>, N>;

inline constexpr Words<Kind, kKinds> kKindWords{{
    {"a.made", Kind::kMade},
    {"a.changed", Kind::kChanged},
    {"b.sent", Kind::kSent},
    {"c.done", Kind::kDone},
    {"d.noted", Kind::kNoted},
    {"a.closed", Kind::kClosed},
}};

inline constexpr Words<Fate, 6> kFateWords{{
    {"done", Fate::kDone},
    {"lost", Fate::kLost},
    {"answer-lost", Fate::kAnswerLost},
    {"late", Fate::kLate},
    {"late-answer-lost", Fate::kLateAnswerLost},
    {"torn", Fate::kTorn},
}};

inline constexpr Words<Verdict, 4> kVerdictWords{{
    {"done", Verdict::kDone},
    {"retry-twice", Verdict::kRetryTwice},
    {"retry-for-ever", Verdict::kRetryForEver},
    {"dead", Verdict::kDead},
}};

inline constexpr Words<RecordTime, 4> kTimeWords{{
    {"now", RecordTime::kNow},
    {"1970", RecordTime::kEpoch},
    {"2099", RecordTime::kFarFuture},
    {"hour-ago", RecordTime::kHourAgo},
}};

inline constexpr Words<sequence::GapAction, 3> kGapWords{{
    {"wait", sequence::GapAction::kWait},
    {"park", sequence::GapAction::kPark},
    {"skip", sequence::GapAction::kSkip},
}};

inline constexpr Words<sequence::InvalidPolicy, 2> kInvalidWords{{
    {"dead", sequence::InvalidPolicy::kDead},
    {"wait", sequence::InvalidPolicy::kWait},
}};

inline constexpr Words<Act, 10> kActWords{{
    {"arrive", Act::kArrive},
    {"rubbish", Act::kRubbish},
    {"step", Act::kStep},
    {"deliver", Act::kDeliver},
    {"answer", Act::kAnswer},
    {"show", Act::kShow},
    {"pass", Act::kPass},
    {"kill", Act::kKill},
    {"move", Act::kMove},
    {"settle", Act::kSettle},
}};

template <class Value, std::size_t N>
[[nodiscard]] std::optional<Value> value_of(const Words<Value, N>& words, std::string_view text) {
    for (const auto& [word, value] : words) {
        if (word == text) return value;
    }
    return std::nullopt;
}

template <class Value, std::size_t N>
[[nodiscard]] std::string_view word_of(const Words<Value, N>& words, Value wanted) {
    for (const auto& [word, value] : words) {
        if (value == wanted) return word;
    }
    return "?";
}

template <class Value, std::size_t N>
[[nodiscard]] std::string all_words(const Words<Value, N>& words) {
    std::string all;
    for (const auto& [word, value] : words) {
        if (!all.empty()) all += ", ";
        all += word;
    }
    return all;
}

/// The numbers of a setup, under the names that scenarios give them.
struct SetupNumber {
    std::string_view name;
    std::uint32_t Setup::*member;
};

inline constexpr std::array<SetupNumber, 11> kSetupNumbers{{
    {"homes", &Setup::homes},
    {"instances", &Setup::instances},
    {"gap-wait-ms", &Setup::gap_wait_ms},
    {"waiting-events-max", &Setup::waiting_events_max},
    {"closed-kept-ms", &Setup::closed_kept_ms},
    {"step-records-max", &Setup::step_records_max},
    {"cached-subjects-max", &Setup::cached_subjects_max},
    {"in-flight-events-max", &Setup::in_flight_events_max},
    {"run-events-max", &Setup::run_events_max},
    {"in-place-events-max", &Setup::in_place_events_max},
    {"attempts-max", &Setup::attempts_max},
}};

}  // namespace sluice::sim
