#include "sim/domain.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "contract/json_pointer.hpp"
#include "event/kafka.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sluice::sim {

namespace {

constexpr std::string_view kBroken = R"("broken")";

std::string_view said(Verdict verdict) {
    switch (verdict) {
        case Verdict::kDone: return "done";
        case Verdict::kRetryTwice: return "retry-twice";
        case Verdict::kRetryForEver: return "retry-for-ever";
        case Verdict::kDead: return "dead";
    }
    SLUICE_UNREACHABLE();
}

std::string data_of(const EventSpec& event) {
    return fmt::format(
        R"({{"parcel":"p{}","version":{},"say":"{}"{}}})",
        event.parcel,
        event.version,
        said(event.verdict),
        event.invalid ? R"(,"broken":1)" : ""
    );
}

Event event_of(const EventSpec& spec) {
    Event event;
    event.id = id_of(spec);
    event.source = source_of(spec.kind);
    event.type = type_of(spec.kind);
    event.subject = subject_name(spec.subject);
    event.datacontenttype = "application/json";
    if (spec.number > 0) event.extensions["sourcesequence"] = fmt::to_string(spec.number);
    if (spec.stamp > 0) event.extensions["dependson"] = fmt::format("/a {}", spec.stamp);
    event.data = data_of(spec);
    return event;
}

}  // namespace

runtime::DomainPlan plan_of(const Setup& setup) {
    using runtime::Checking;
    using runtime::Partitioner;
    runtime::DomainPlan plan;
    plan.name = "shop";
    plan.homes = setup.homes;
    const auto b = setup.crc32_b ? Partitioner::kCrc32 : Partitioner::kMurmur2;
    const auto murmur2 = Partitioner::kMurmur2;
    const auto& count = setup.partitions;
    plan.channels = {
        {"shop.a", count[0], murmur2, {"a.made", "a.closed"}, Checking::kEnforce, false},
        {"shop.a2", count[1], murmur2, {"a.changed"}, Checking::kEnforce, false},
        {"shop.b", count[2], b, {"b.sent"}, Checking::kEnforce, false},
        {"shop.c", count[3], murmur2, {"c.done", "d.noted"}, Checking::kEnforce, true},
    };
    const auto parcel = contract::JsonPointer::parse("/parcel");
    SLUICE_ASSERT(parcel.has_value());
    for (const char* type : {"a.made", "a.changed", "d.noted"}) plan.types[type] = {};
    plan.types["a.closed"].closes = true;
    plan.types["b.sent"].remembered = {parcel.value()};
    runtime::NeedPlan need;
    need.types = {"b.sent"};
    need.same = parcel.value();
    need.wanted = "b.sent with the same /parcel";
    plan.types["c.done"].needs = {need};
    plan.sequencer.gap_action = setup.gap;
    plan.sequencer.gap_wait = Milliseconds{setup.gap_wait_ms};
    plan.sequencer.invalid = setup.invalid;
    plan.sequencer.waiting_events_max = setup.waiting_events_max;
    plan.closed_kept = Milliseconds{setup.closed_kept_ms};
    plan.tombstone_kept = Milliseconds{std::int64_t{400} * 24 * 3'600 * 1'000};
    plan.check = [](std::string_view, const Record& record) {
        const bool broken = record.value && record.value->find(kBroken) != std::string::npos;
        return std::string{broken ? "/broken is not allowed" : ""};
    };
    return plan;
}

Record record_of(const EventSpec& spec, Instant time) {
    Record record = event::to_record(event_of(spec), subject_name(spec.subject));
    record.time = time;
    return record;
}

Record rubbish(std::uint32_t which, Instant time) {
    EventSpec spec;
    spec.kind = Kind::kNoted;
    spec.subject = which;
    spec.parcel = which;
    Event event = event_of(spec);
    Record record;
    switch (which % kRubbishKinds) {
        case 0: record.key = subject_name(which); break;  // a compacted topic's tombstone
        case 1:
            event.subject.clear();
            record = event::to_record(event, std::nullopt);
            break;
        case 2:
            event.extensions["sourcesequence"] = "zero";
            record = event::to_record(event, subject_name(which));
            break;
        default:
            event.type = "somebody.else";
            record = event::to_record(event, subject_name(which));
            break;
    }
    record.time = time;
    return record;
}

log::PartitionRef place_of(const Setup& setup, const EventSpec& event) {
    const std::string subject = subject_name(event.subject);
    const auto murmur2 = [&](std::uint32_t partitions) {
        return partition_by_murmur2(subject, partitions);
    };
    switch (event.kind) {
        case Kind::kMade:
        case Kind::kClosed: return {"shop.a", murmur2(setup.partitions[0])};
        case Kind::kChanged: return {"shop.a2", murmur2(setup.partitions[1])};
        case Kind::kSent: {
            const std::uint32_t count = setup.partitions[2];
            return {"shop.b", setup.crc32_b ? partition_by_crc32(subject, count) : murmur2(count)};
        }
        case Kind::kDone:
        case Kind::kNoted: return {"shop.c", murmur2(setup.partitions[3])};
    }
    SLUICE_UNREACHABLE();
}

Verdict verdict_of(const Record& record) {
    const std::string& data = record.value.value();
    const std::size_t at = data.find(R"("say":")");
    if (at == std::string::npos) return Verdict::kDone;
    const char first = data[at + 7];
    if (first != 'r') return data[at + 9] == 'a' ? Verdict::kDead : Verdict::kDone;
    return data[at + 13] == 't' ? Verdict::kRetryTwice : Verdict::kRetryForEver;
}

}  // namespace sluice::sim
