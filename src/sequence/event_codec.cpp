#include "sequence/event_codec.hpp"

#include "sequence/wire.hpp"

#include <utility>

namespace sluice::sequence::wire {

namespace {

enum NeedKind : std::uint8_t {  // stored: never renumber
    kNumberNeed = 1,
    kMarkNeed = 2,
    kMarkNeedIfSeen = 3,
};

enum ArrivalFlag : std::uint8_t {  // stored: never renumber
    kOrderedByRule = 1,
    kCloses = 2,
};

void put_optional(ByteWriter& out, const std::optional<std::string>& text) {
    out.u8(text.has_value() ? 1 : 0);
    if (text.has_value()) out.bytes(*text);
}

std::optional<std::string> get_optional(ByteReader& in) {
    if (in.u8() == 0) return std::nullopt;
    return std::string{in.bytes()};
}

}  // namespace

void put(ByteWriter& out, const Need& need) {
    if (const auto* number = std::get_if<NeedNumber>(&need)) {
        out.u8(kNumberNeed);
        out.bytes(number->source);
        out.varint(number->number.value);
        return;
    }
    const auto& marks = std::get<NeedMark>(need);
    out.u8(marks.if_seen ? kMarkNeedIfSeen : kMarkNeed);
    put(out, marks.any_of);
    out.bytes(marks.wanted);
}

Need get_need(ByteReader& in) {
    const std::uint8_t kind = in.u8();
    if (kind < kNumberNeed || kind > kMarkNeedIfSeen) in.fail();
    if (kind == kNumberNeed) {
        std::string source{in.bytes()};
        return NeedNumber{std::move(source), SourceNumber{in.varint()}};
    }
    NeedMark marks;
    marks.if_seen = kind == kMarkNeedIfSeen;
    marks.any_of = get_marks(in);
    marks.wanted = in.bytes();
    return marks;
}

void put(ByteWriter& out, const Record& record) {
    put_optional(out, record.key);
    put_optional(out, record.value);
    record.headers.write(out);
    put(out, record.time);
}

Record get_record(ByteReader& in) {
    Record record;
    record.key = get_optional(in);
    record.value = get_optional(in);
    record.headers = Headers::read(in);
    record.time = get_instant(in);
    return record;
}

void put(ByteWriter& out, const Arrival& arrival) {
    out.bytes(arrival.subject);
    out.bytes(arrival.source);
    out.bytes(arrival.id);
    out.bytes(arrival.type);
    put(out, arrival.number);
    out.u64(arrival.content_hash);
    out.varint(arrival.needs.size());
    for (const Need& need : arrival.needs) put(out, need);
    put(out, arrival.marks);
    std::uint8_t flags = arrival.ordered_by_rule ? kOrderedByRule : 0;
    if (arrival.closes) flags |= kCloses;
    out.u8(flags);
    out.bytes(arrival.invalid);
    put(out, arrival.origin);
    put(out, arrival.record);
}

Arrival get_arrival(ByteReader& in) {
    Arrival arrival;
    arrival.subject = in.bytes();
    arrival.source = in.bytes();
    arrival.id = in.bytes();
    arrival.type = in.bytes();
    arrival.number = get_number(in);
    arrival.content_hash = in.u64();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        arrival.needs.push_back(get_need(in));
    }
    arrival.marks = get_marks(in);
    const std::uint8_t flags = in.u8();
    arrival.ordered_by_rule = (flags & kOrderedByRule) != 0;
    arrival.closes = (flags & kCloses) != 0;
    arrival.invalid = in.bytes();
    arrival.origin = get_origin(in);
    arrival.record = get_record(in);
    return arrival;
}

void put(ByteWriter& out, const WaitingEvent& event) {
    out.varint(event.order);
    put(out, event.since);
    put(out, event.arrival);
}

WaitingEvent get_event(ByteReader& in) {
    WaitingEvent event;
    event.order = in.varint();
    event.since = get_instant(in);
    event.arrival = get_arrival(in);
    return event;
}

}  // namespace sluice::sequence::wire
