#include "runtime/inspect/aside_ledger.hpp"

#include "base/hash.hpp"
#include "event/command_frame.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/topics.hpp"
#include "sequence/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace sluice::runtime {

namespace {

std::uint64_t name_of(std::string_view subject, std::string_view source, std::string_view id) {
    return hash64({subject, source, id});
}

bool waits_for_a_person(std::string_view word) {
    constexpr std::array kCauses{
        AsideCause::kUnreadable,
        AsideCause::kLateNumber,
        AsideCause::kLateClosed,
        AsideCause::kFlooded,
        AsideCause::kFloodedSource};
    return std::any_of(kCauses.begin(), kCauses.end(), [&](AsideCause cause) {
        return to_string(cause) == word;
    });
}

std::uint64_t name_of(const Record& record) {
    return name_of(
        record.header("ce_subject").value_or(record.key.value_or("")),
        record.header("ce_source").value_or(""),
        record.header("ce_id").value_or("")
    );
}

/// Nothing: it does not wait for a person.
Result<std::optional<AsideEvent>> event_of(
    const std::string& domain, HomeId home, log::StoredRecord stored
) {
    Record& record = stored.record;
    const std::string aside{record.header(kAsideHeader).value_or("")};
    const Note note = note_of(aside);
    if (!waits_for_a_person(note.word)) return std::optional<AsideEvent>{};
    auto origin = take_origin(record);
    if (!origin) return origin.error();
    record.headers.pop_back();
    AsideEvent event;
    event.domain = domain;
    event.home = home;
    event.offset = stored.offset;
    event.cause = note.word;
    event.detail = note.detail;
    event.record = std::move(record);
    event.origin = std::move(origin.value());
    return std::optional{std::move(event)};
}

}  // namespace

std::string edited_header(HomeId home, Offset offset) {
    return fmt::format("{} {}", home.value, offset.value);
}

std::optional<std::pair<HomeId, Offset>> mended_by(const Record& copy) {
    const std::string_view text = copy.header(kEditedHeader).value_or("");
    const char* end = text.data() + text.size();
    std::pair<HomeId, Offset> at;
    const auto home = std::from_chars(text.data(), end, at.first.value);
    if (home.ec != std::errc{} || home.ptr == end || *home.ptr != ' ') return std::nullopt;
    const auto offset = std::from_chars(home.ptr + 1, end, at.second.value);
    if (offset.ec != std::errc{} || offset.ptr != end) return std::nullopt;
    return at;
}

Status AsideLedger::learn(const log::Log& log, const log::PartitionRef& from, Domain& known) {
    const auto ends = log.ends(from);
    if (!ends) return ends.error();
    Offset& next = known.read[from.partition.value];
    next = std::max(next, ends.value().first);
    while (next < ends.value().committed) {
        auto read = log.read(from, next, log::ReadLimits{});
        if (!read) return read.error();
        const Offset after = read.value().next();
        if (after == next) break;
        next = after;
        for (log::StoredRecord& stored : read.value()) {
            Record& record = stored.record;
            const Note note = note_of(record.header(kAsideHeader).value_or(""));
            const bool chosen = note.word == to_string(AsideCause::kChosen);
            if (!chosen || record.headers.size() < 2) continue;
            record.headers.pop_back(2);  // sluice-aside, sluice-origin
            if (!event::is_command(record)) continue;
            const auto command = sequence::command_of(record);
            if (!command) return command.error();
            const auto* back = std::get_if<sequence::TakeBack>(&command.value().choice);
            if (back == nullptr) continue;
            const sequence::Arrival& event = back->event;
            known.taken.insert(name_of(event.subject, event.source, event.id));
            if (const auto original = mended_by(event.record)) known.mended.insert(*original);
        }
    }
    return ok();
}

Result<Offset> AsideLedger::visit(
    const log::Log& log,
    const DomainFacts& domain,
    HomeId home,
    Offset from,
    const std::function<bool(AsideEvent)>& visit
) {
    const std::string topic = aside_topic(domain.name);
    const std::lock_guard lock{mutex_};
    Domain& known = domains_[domain.name];
    known.read.resize(domain.homes);
    for (PartitionId p{0}; p.value < domain.homes; p = p.next()) {
        if (const Status learned = learn(log, {topic, p}, known); !learned) return learned.error();
    }
    const log::PartitionRef at{topic, PartitionId{home.value}};
    const auto ends = log.ends(at);
    if (!ends) return ends.error();
    Offset next = std::max(from, ends.value().first);
    if (next >= ends.value().committed) return next;
    while (true) {
        auto read = log.read(at, next, log::ReadLimits{});
        if (!read) return read.error();
        const Offset after = read.value().next();
        if (after == next) return next;
        for (log::StoredRecord& stored : read.value()) {
            // What came after the commands were read may have been taken back already.
            if (stored.offset >= known.read[home.value]) return next;
            next = stored.offset.next();
            if (known.mended.contains({home, stored.offset})) continue;
            auto event = event_of(domain.name, home, std::move(stored));
            if (!event) return event.error();
            if (!event.value() || known.taken.contains(name_of(event.value()->record))) continue;
            if (!visit(std::move(*event.value()))) return next;
        }
        next = after;
    }
}

}  // namespace sluice::runtime
