#include "sim/story.hpp"
#include "sim/words.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice::sim {

namespace {

std::string text_of(const Setup& setup) {
    const Setup usual;
    std::string text;
    const auto line = [&text](std::string_view key, const auto& value) {
        fmt::format_to(std::back_inserter(text), "setup   {}={}\n", key, value);
    };
    for (const auto& [name, member] : kSetupNumbers) {
        if (setup.*member != usual.*member) line(name, setup.*member);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        if (setup.partitions[i] == usual.partitions[i]) continue;
        line(fmt::format("partitions-{}", i + 1), setup.partitions[i]);
    }
    if (!setup.crc32_b) line("crc32-b", "no");
    if (setup.markers) line("markers", "yes");
    if (setup.gap != usual.gap) line("gap", word_of(kGapWords, setup.gap));
    if (setup.invalid != usual.invalid) line("invalid", word_of(kInvalidWords, setup.invalid));
    if (setup.backlog_bytes_max != usual.backlog_bytes_max) {
        line("backlog-bytes-max", setup.backlog_bytes_max);
    }
    return text;
}

std::string text_of(const EventSpec& event) {
    std::string text =
        fmt::format("{}  {}", word_of(kKindWords, event.kind), subject_name(event.subject));
    const auto add = [&text](std::string_view key, std::uint64_t value) {
        if (value > 0) fmt::format_to(std::back_inserter(text), " {}={}", key, value);
    };
    add("seq", event.number);
    add("after-a", event.stamp);
    add("parcel", event.parcel);
    add("version", event.version);
    if (event.invalid) text += " invalid";
    if (event.verdict != Verdict::kDone) {
        fmt::format_to(std::back_inserter(text), " says={}", word_of(kVerdictWords, event.verdict));
    }
    return text;
}

std::string text_of(const Action& action, const History& history) {
    const std::string_view word = word_of(kActWords, action.act);
    switch (action.act) {
        case Act::kArrive: {
            std::string text = fmt::format("{}  {}", word, text_of(history.events[action.what]));
            const auto time = static_cast<RecordTime>(action.extra % kRecordTimes);
            if (time != RecordTime::kNow) {
                fmt::format_to(std::back_inserter(text), " time={}", word_of(kTimeWords, time));
            }
            return text;
        }
        case Act::kRubbish:
        case Act::kShow:
        case Act::kPass:
        case Act::kMove: return fmt::format("{:<7} {}", word, action.what);
        case Act::kKill: return fmt::format("{:<7} {}", word, action.who);
        case Act::kSettle: return std::string{word};
        case Act::kStep:
        case Act::kDeliver:
        case Act::kAnswer: break;
    }
    std::string text = fmt::format("{:<7} {}", word, action.who);
    if (action.fate != Fate::kDone) {
        fmt::format_to(
            std::back_inserter(text),
            " fate={} entropy={}",
            word_of(kFateWords, action.fate),
            action.what
        );
    }
    if (action.extra != 0) text += " busy";
    return text;
}

}  // namespace

std::string event_name(const EventSpec& event) {
    if (event.number > 0) return fmt::format("{}-{}", type_of(event.kind), event.number);
    return fmt::format("{}-p{}", type_of(event.kind), event.parcel);
}

std::string to_text(const History& history, std::string_view title) {
    std::string text = fmt::format("# scenario: {}\n", title);
    if (history.seed != 0) text += fmt::format("# drawn from seed {}\n", history.seed);
    text += text_of(history.setup);
    for (const Action& action : history.actions) text += text_of(action, history) + "\n";
    return text;
}

}  // namespace sluice::sim
