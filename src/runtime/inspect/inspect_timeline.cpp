#include "runtime/inspect/inspect_timeline.hpp"

#include "dispatch/command.hpp"
#include "dispatch/done_offsets.hpp"
#include "dispatch/state_codec.hpp"
#include "event/command_frame.hpp"
#include "event/text.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/inspect/trail.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace sluice::runtime {

namespace {

std::string header(const Record& record, std::string_view name) {
    return std::string{record.header(name).value_or("")};
}

/// "order.placed a-1 (/orders 1)"
std::string title_of(const Record& record) {
    const auto number = record.header("ce_sourcesequence");
    return fmt::format(
        "{} {} ({}{}{})",
        header(record, "ce_type"),
        header(record, "ce_id"),
        header(record, "ce_source"),
        number ? " " : "",
        number.value_or("")
    );
}

/// What a look at one domain gathers.
class Story {
public:
    Story(
        const log::Log& log, const DomainFacts& facts, std::string_view subject, std::size_t limit
    )
        : log_{log},
          facts_{facts},
          subject_{subject},
          limit_{limit},
          home_{facts.home_of(subject)} {}

    Status add_to(Timeline& timeline) {
        for (const TrailTopic topic : kTrailTopics) {
            const auto offsets = offsets_of(topic, timeline);
            if (!offsets) return offsets.error();
            for (const Offset offset : offsets.value()) {
                if (const Status read = add(topic, offset, timeline); !read) return read;
            }
        }
        if (const Status added = add_waiting(timeline); !added) return added;
        return add_standings(timeline);
    }

private:
    /// The last ones that are still there.
    Result<std::vector<Offset>> offsets_of(TrailTopic topic, Timeline& timeline) const {
        const log::PartitionRef of{trail_topic(topic, facts_.name), PartitionId{home_.value}};
        const auto ends = log_.ends(of);
        if (!ends) return ends.error();
        const std::string group = trail_group(facts_.name);
        const auto until = peek_one(log_, group, home_, table::kTrailedUntil, until_key(topic));
        if (!until) return until.error();
        Offset known = ends.value().first;
        if (until.value()) {
            const auto next = decode_until(*until.value());
            if (!next) return next.error();
            known = std::max(known, next.value());
        }
        timeline.not_yet += static_cast<std::uint64_t>(
            std::max<std::int64_t>(ends.value().committed.value - known.value, 0)
        );
        std::vector<Offset> offsets;
        const Status scanned = scan_prefix(
            tables_of(log_, group, home_),
            table::kTrails,
            trail_prefix(subject_, topic),
            [&](std::string_view key, std::string_view value) -> Status {
                const auto some = decode_trail(key, value);
                if (!some) return some.error();
                for (const Offset one : some.value()) {
                    if (one >= ends.value().first) offsets.push_back(one);
                }
                return ok();
            }
        );
        if (!scanned) return scanned.error();
        if (offsets.size() > limit_) {
            timeline.more = true;
            offsets.erase(offsets.begin(), offsets.end() - static_cast<std::ptrdiff_t>(limit_));
        }
        return offsets;
    }

    Status add(TrailTopic topic, Offset offset, Timeline& timeline) {
        const log::PartitionRef at{trail_topic(topic, facts_.name), PartitionId{home_.value}};
        const auto stored = record_from(log_, at, offset);
        if (!stored) return stored.error();
        if (!stored.value() || stored.value()->offset != offset) return ok();
        const Record& record = stored.value()->record;
        TimelineEntry entry;
        entry.domain = facts_.name;
        entry.topic = at.topic;
        entry.partition = at.partition;
        entry.offset = offset;
        switch (topic) {
            case TrailTopic::kOrdered: return add_ordered(record, std::move(entry), timeline);
            case TrailTopic::kAside: return add_aside(record, std::move(entry), timeline);
            case TrailTopic::kAudit: return add_audit(record, std::move(entry), timeline);
        }
        return ok();
    }

    /// Trails know subjects by a hash: another one may have the same.
    [[nodiscard]] bool is_ours(const Record& record) const {
        return record.key == subject_ || record.header("ce_subject") == subject_;
    }

    Status add_ordered(const Record& record, TimelineEntry entry, Timeline& timeline) {
        if (!is_ours(record) || !record.header(sequence::kFactsHeader)) return ok();
        const auto facts = sequence::facts_of(record);
        if (!facts) return facts.error();
        const sequence::OrderedFacts& released = facts.value();
        positions_.emplace_back(entry.offset, released.position);
        entry.at = released.released_at;
        entry.position = released.position;
        entry.what = "released";
        entry.text = title_of(record);
        if (released.kind == sequence::OrderedKind::kGap) {
            entry.what = "gap";
            entry.text = released.wanted + " was given up";
        } else {
            if (released.kind == sequence::OrderedKind::kLate) entry.what = "late";
            add_published(record, released.origin, timeline);
        }
        if (const auto chosen = record.header(sequence::kChosenHeader)) {
            entry.text += fmt::format("; chosen: {}", *chosen);
        }
        if (const auto invalid = record.header("ce_subjectinvalid")) {
            entry.text += fmt::format("; breaks its contract: {}", *invalid);
        }
        timeline.entries.push_back(std::move(entry));
        return ok();
    }

    /// Once, wherever it was found: what came late lies aside and in the ordered topic.
    void add_published(const Record& record, const sequence::Origin& origin, Timeline& timeline) {
        if (!published_.emplace(origin.channel, origin.partition, origin.offset).second) return;
        TimelineEntry entry;
        entry.at = record.time;
        entry.domain = facts_.name;
        entry.what = "published";
        entry.text = title_of(record);
        entry.topic = origin.channel;
        entry.partition = origin.partition;
        entry.offset = origin.offset;
        timeline.entries.push_back(std::move(entry));
    }

    Status add_aside(Record record, TimelineEntry entry, Timeline& timeline) {
        if (!is_ours(record)) return ok();
        const std::string why = header(record, kAsideHeader);
        const std::string_view word = note_of(why).word;
        const bool decided =
            word == to_string(AsideCause::kChosen) || word == to_string(AsideCause::kRefused);
        entry.at = record.time;
        if (decided && record.header(event::kCommandHeader)) {
            entry.what = header(record, event::kCommandHeader);
            entry.text = why;
            record.headers.pop_back(2);  // sluice-aside, sluice-origin
            add_who(record, entry);
            aside_since_ = entry.at;
        } else {
            // It has its own time, of before; it was put there after what lies before it there.
            entry.at = std::max(entry.at, aside_since_);
            entry.what = "aside";
            entry.text = fmt::format("{}: {}", title_of(record), why);
            const auto origin = take_origin(record);
            if (origin) add_published(record, origin.value(), timeline);
        }
        timeline.entries.push_back(std::move(entry));
        return ok();
    }

    Status add_audit(Record record, TimelineEntry entry, Timeline& timeline) const {
        if (!is_ours(record)) return ok();
        entry.at = record.time;
        const auto outcome = record.header(kOutcomeHeader);
        if (!outcome) {
            entry.what = "edited";
            entry.text = fmt::format(
                "what {} has replaced: {}", header(record, kOriginalHeader), title_of(record)
            );
            timeline.entries.push_back(std::move(entry));
            return ok();
        }
        entry.text = *outcome;
        record.headers.pop_back();
        const auto command = dispatch::command_of(record);
        if (!command) return command.error();
        entry.what = dispatch::verb_of(command.value().act);
        entry.subscription = command.value().subscription;
        add_who(record, entry);
        timeline.entries.push_back(std::move(entry));
        return ok();
    }

    static void add_who(const Record& command, TimelineEntry& entry) {
        constexpr event::CommandReader kReader{"command"};
        const auto opened = kReader.open(command);
        if (!opened) return;
        const event::CommandFrame& frame = opened.value().frame;
        entry.by = frame.by;
        entry.text = fmt::format("{} ({}): {}", frame.id, frame.why, entry.text);
    }

    Status add_waiting(Timeline& timeline) {
        const auto found = peek_subject(log_, facts_, subject_);
        if (!found) return found.error();
        if (!found.value()) return ok();
        const auto add_one = [&](const sequence::WaitingEvent& event, std::string_view what) {
            const sequence::Arrival& arrival = event.arrival;
            add_published(arrival.record, arrival.origin, timeline);
            TimelineEntry entry;
            entry.at = event.since;
            entry.domain = facts_.name;
            entry.what = what;
            entry.text = title_of(arrival.record);
            entry.topic = arrival.origin.channel;
            entry.partition = arrival.origin.partition;
            entry.offset = arrival.origin.offset;
            timeline.entries.push_back(std::move(entry));
        };
        for (const auto& event : found.value()->waiting) add_one(event, "waiting");
        for (const auto& event : found.value()->conflicts) add_one(event, "conflict");
        return ok();
    }

    Status add_standings(Timeline& timeline) const {
        const std::string group = runner_group(facts_.name);
        const ScanTable scan = tables_of(log_, group, home_);
        return scan_prefix(scan, table::kProgress, "", [&](auto key, auto value) -> Status {
            const std::string subscription = subscription_of(key);
            const auto progress = dispatch::decode_progress(value);
            if (!progress) return progress.error();
            const auto stored =
                peek_one(log_, group, home_, table::kLines, line_key(subscription, subject_));
            if (!stored) return stored.error();
            std::optional<dispatch::Line> line;
            if (stored.value()) {
                auto decoded = dispatch::decode_line(*stored.value());
                if (!decoded) return decoded.error();
                line = std::move(decoded.value());
            }
            TimelineStanding standing{facts_.name, subscription, {}, "flows"};
            if (line) standing.state = cause_of(*line);
            standing.handled = handled_up_to(progress.value(), line);
            timeline.standings.push_back(std::move(standing));
            return ok();
        });
    }

    /// Positions are ascending, and so is what is done of them.
    [[nodiscard]] Position handled_up_to(
        const dispatch::Progress& progress, const std::optional<dispatch::Line>& line
    ) const {
        const dispatch::DoneOffsets done{progress};
        Position handled;
        for (const auto& [offset, position] : positions_) {
            const bool held = line && line->head.value > 0 && position >= line->head;
            if (held || !done.contains(offset)) break;
            handled = position;
        }
        return handled;
    }

    const log::Log& log_;
    const DomainFacts& facts_;
    std::string_view subject_;
    std::size_t limit_;
    HomeId home_;
    std::vector<std::pair<Offset, Position>> positions_;  ///< of what was released
    std::set<std::tuple<std::string, PartitionId, Offset>> published_;
    Instant aside_since_;  ///< of the last command that lies aside
};

}  // namespace

Result<Timeline> timeline(const log::Log& log, std::string_view subject, std::size_t limit) {
    const auto domains = domains_of(log);
    if (!domains) return domains.error();
    Timeline all;
    for (const DomainFacts& facts : domains.value()) {
        if (facts.given) continue;  // trails are of what Sluice has ordered
        Story story{log, facts, subject, limit};
        if (const Status added = story.add_to(all); !added) return added.error().at(facts.name);
    }
    if (all.entries.empty()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "no trail knows the subject {}{}",
                event::shown(subject),
                all.not_yet == 0 ? std::string{}
                                 : fmt::format("; {} records are not in them yet", all.not_yet)
            )};
    }
    std::stable_sort(all.entries.begin(), all.entries.end(), [](const auto& a, const auto& b) {
        return a.at < b.at;
    });
    return all;
}

}  // namespace sluice::runtime
