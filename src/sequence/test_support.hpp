#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sequence::test {

/// "/a 3" on channel "/a", partition 0, with content that follows from its id.
inline Arrival numbered(std::string source, std::uint64_t number) {
    Arrival arrival;
    arrival.subject = "s";
    arrival.id = fmt::format("{}-{}", source, number);
    arrival.type = "type" + source;
    arrival.number = SourceNumber{number};
    arrival.content_hash = hash64(arrival.id);
    arrival.origin = Origin{source, PartitionId{0}, Offset{static_cast<std::int64_t>(number)}};
    arrival.record.value = "value of " + arrival.id;
    arrival.record.headers = {{"ce_id", arrival.id}};
    arrival.source = std::move(source);
    return arrival;
}

inline Arrival unnumbered(std::string source, std::string id) {
    Arrival arrival = numbered(std::move(source), 1);
    arrival.number.reset();
    arrival.id = std::move(id);
    arrival.content_hash = hash64(arrival.id);
    arrival.record.value = "value of " + arrival.id;
    return arrival;
}

inline Arrival with_stamp(Arrival arrival, std::string source, std::uint64_t number) {
    arrival.needs.emplace_back(NeedNumber{std::move(source), SourceNumber{number}});
    return arrival;
}

/// `after: type`
inline Arrival after(Arrival arrival, std::string_view type, bool if_seen = false) {
    arrival.needs.emplace_back(NeedMark{{mark_of(type)}, std::string{type}, if_seen});
    arrival.ordered_by_rule = true;
    return arrival;
}

inline Arrival carrying(Arrival arrival, std::string_view type) {
    arrival.marks.push_back(mark_of(type));
    arrival.type = type;
    return arrival;
}

inline Arrival changed(Arrival arrival) {
    arrival.content_hash += 1;
    return arrival;
}

inline Arrival renamed(Arrival arrival, std::string id) {
    arrival.id = std::move(id);
    arrival.content_hash = hash64(arrival.id);
    arrival.record.value = "value of " + arrival.id;
    return arrival;
}

inline Arrival invalid(Arrival arrival) {
    arrival.invalid = "field `amount` is missing";
    return arrival;
}

inline Arrival closing(Arrival arrival) {
    arrival.closes = true;
    return arrival;
}

/// What is stored of a subject beside its history, as one text: the head, then each event.
inline std::string stored_waiting(const Subject& subject) {
    std::string bytes;
    if (subject.settled()) return bytes;
    ByteWriter out{bytes};
    out.bytes(encode_head(subject));
    for (const WaitingEvent& event : subject.waiting) out.bytes(encode_event(event));
    for (const WaitingEvent& event : subject.conflicts) out.bytes(encode_event(event));
    return bytes;
}

inline Result<Subject> read_waiting(std::string_view bytes, SubjectHistory history) {
    ByteReader in{bytes};
    std::string_view head;
    if (!bytes.empty()) head = in.bytes();
    std::vector<std::string_view> events;
    while (in.ok() && !in.at_end()) events.push_back(in.bytes());
    if (!in.ok()) return Error{ErrorCode::kCorrupt, "a test's text was cut"};
    auto decoded = decode_head(head);
    if (!decoded) return decoded.error();
    return decode_waiting(std::move(decoded.value()), events, std::move(history));
}

/// One subject and what has become of its events.
struct World {
    Sequencer sequencer{SequencerOptions{}};
    Subject subject{};
    Instant now{1'000};
    SweepId next_sweep{1};
    std::vector<Release> releases{};
    std::vector<std::string> order{};  ///< ids as released; gaps as "gap(what)"
    std::vector<AsideReason> aside{};
    std::vector<std::string> aside_ids{};
    std::size_t duplicates{0};
    std::size_t conflicts{0};
    std::size_t parked{0};

    World() = default;

    explicit World(SequencerOptions options) : sequencer{std::move(options)} {}

    void come(const std::vector<Arrival>& arrivals) {
        for (const Arrival& arrival : arrivals) static_cast<void>(offer(arrival));
    }

    Decisions offer(Arrival arrival, SourceRoom room = SourceRoom::kLeft) {
        return take(sequencer.offer(subject, std::move(arrival), now, next_sweep, room));
    }

    /// A whole sweep, begun now.
    Decisions sweep() {
        const SweepId ended = next_sweep;
        next_sweep = next_sweep.next();
        return take(sequencer.sweep_ended(subject, ended, now, next_sweep));
    }

    Decisions choose(Choice choice) {
        return take(sequencer.choose(subject, command(std::move(choice), now), now, next_sweep));
    }

    static Command command(Choice choice, Instant at) {
        return Command{"s", "c-1", "alice", "the row was given up", at, std::move(choice)};
    }

    /// What one line for a person says that nothing here can fill.
    [[nodiscard]] std::vector<std::string> wanted() const {
        std::vector<std::string> lines;
        for (const Missing& line : sequencer.missing(subject)) lines.push_back(line.wanted);
        return lines;
    }

    Decisions adopt() { return take(sequencer.adopt(subject, now)); }

    void pass(Milliseconds time) {
        now = now + time;
        sequencer.tick(subject, now, next_sweep);
    }

    Decisions take(Decisions decisions) {
        for (const Decision& decision : decisions) {
            if (const auto* release = std::get_if<Release>(&decision)) {
                releases.push_back(*release);
                const bool gap = release->facts.kind == OrderedKind::kGap;
                order.push_back(gap ? "gap(" + release->facts.wanted + ")" : id_of(*release));
            }
            if (const auto* put = std::get_if<Aside>(&decision)) {
                aside.push_back(put->reason);
                aside_ids.push_back(put->arrival.id);
            }
            duplicates += std::holds_alternative<Duplicate>(decision) ? 1 : 0;
            conflicts += std::holds_alternative<Conflict>(decision) ? 1 : 0;
            parked += std::holds_alternative<Parked>(decision) ? 1 : 0;
        }
        return decisions;
    }

    static std::string id_of(const Release& release) {
        return std::string{release.record.value.value_or("value of ?").substr(9)};
    }
};

using Names = std::vector<std::string>;

/// Why a choice was refused; empty: it was carried out.
inline std::string refusal(const Decisions& decisions) {
    const auto* refused = decisions.empty() ? nullptr : std::get_if<Refused>(&decisions.front());
    return refused == nullptr ? "" : refused->why;
}

/// /a from..to, in order.
inline std::vector<Arrival> numbers(
    const std::string& source, std::uint64_t from, std::uint64_t to
) {
    std::vector<Arrival> arrivals;
    for (std::uint64_t n = from; n <= to; ++n) arrivals.push_back(numbered(source, n));
    return arrivals;
}

template <class T>
bool is(const Decisions& decisions) {
    return decisions.size() == 1 && std::holds_alternative<T>(decisions.front());
}

inline SequencerOptions policy(GapAction action) {
    SequencerOptions options;
    options.gap_action = action;
    options.gap_wait = Milliseconds{1'000};
    return options;
}

/// Proves the gap, lets its time pass and completes the sweep that is asked for then.
inline void run_out(World& world, int times = 1) {
    for (int at = 0; at < times; ++at) {
        static_cast<void>(world.sweep());
        world.pass(Milliseconds{1'000});
        static_cast<void>(world.sweep());
    }
}

}  // namespace sluice::sequence::test
