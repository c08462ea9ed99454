#include "runtime/subjects/waiting_table.hpp"

#include "base/big_endian.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/state_codec.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

using sequence::ArrivalOrder;
using sequence::WaitingEvent;

constexpr std::size_t kPage = 1'000;

std::string prefix_of(std::string_view subject) {
    std::string key;
    ByteWriter{key}.bytes(subject);
    return key;
}

std::string part_of(std::string_view subject, WaitingPart part) {
    std::string key = prefix_of(subject);
    key.push_back(static_cast<char>(part));
    return key;
}

std::string with_u64(std::string key, std::uint64_t value) {
    put_big_endian(key, value);
    return key;
}

/// The key of a conflict is its order, whoever has it.
bool takes_key(const std::vector<StoredConflict>& conflicts, ArrivalOrder order) {
    return std::any_of(conflicts.begin(), conflicts.end(), [order](const StoredConflict& one) {
        return one.order == order;
    });
}

using Entries = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string_view> values_of(const Entries& entries) {
    std::vector<std::string_view> values;
    values.reserve(entries.size());
    for (const auto& [key, value] : entries) values.emplace_back(value);
    return values;
}

/// The subject's events, at most so many: those in line come first.
Result<Entries> events_of(const ScanTable& scan, std::string_view name, std::size_t count) {
    const std::string prefix = prefix_of(name);
    Entries found;
    for (std::string from = prefix; found.size() < count;) {
        const std::size_t asked = std::min(count - found.size(), kPage);
        auto page = scan(table::kWaitingEvents, from, asked);
        if (!page) return page.error();
        const std::size_t got = page.value().size();
        for (auto& entry : page.value()) {
            if (!entry.first.starts_with(prefix)) return found;
            found.push_back(std::move(entry));
        }
        if (got < asked) break;
        from = found.back().first + '\0';
    }
    return found;
}

}  // namespace

std::string in_line_key(std::string_view subject, std::uint64_t id_hash) {
    return with_u64(part_of(subject, WaitingPart::kInLine), id_hash);
}

std::string conflict_key(std::string_view subject, ArrivalOrder order) {
    return with_u64(part_of(subject, WaitingPart::kConflict), order);
}

std::string number_key(std::string_view subject, std::string_view source, SourceNumber number) {
    std::string key = part_of(subject, WaitingPart::kNumber);
    ByteWriter{key}.bytes(source);
    return with_u64(std::move(key), number.value);
}

StoredWaiting stored_of(const sequence::Subject& subject) {
    StoredWaiting stored;
    stored.head = !subject.settled();
    stored.arrivals = subject.arrivals;
    for (const WaitingEvent& one : subject.conflicts) {
        stored.conflicts.push_back({one.order, hash64(sequence::encode_event(one))});
    }
    return stored;
}

Result<sequence::Subject> read_waiting(
    const ScanTable& scan,
    std::string_view name,
    std::string_view head,
    sequence::SubjectHistory history
) {
    auto decoded = sequence::decode_head(head);
    if (!decoded) return decoded.error();
    const std::size_t count =
        decoded.value().subject.waiting.size() + decoded.value().conflicts.events();
    const auto found = events_of(scan, name, count);
    if (!found) return found.error();
    return sequence::decode_waiting(
        std::move(decoded.value()), values_of(found.value()), std::move(history)
    );
}

Status read_line(const ScanTable& scan, std::string_view name, sequence::WaitingRoom& room) {
    const auto found = events_of(scan, name, room.size() - room.joined().size());
    if (!found) return found.error();
    return sequence::decode_line(values_of(found.value()), room);
}

Result<sequence::InLine> look_up(
    const HasEvent& has, const sequence::Subject& subject, const sequence::Arrival& arrival
) {
    sequence::InLine in_line;
    const auto id = has(in_line_key(arrival.subject, id_hash(arrival)));
    if (!id) return id.error();
    in_line.id = id.value();
    if (!arrival.number) return in_line;
    const auto look = [&](SourceNumber number) {
        return has(number_key(arrival.subject, arrival.source, number));
    };
    const auto same = look(*arrival.number);
    if (!same) return same.error();
    in_line.number = same.value();
    if (subject.gap) return in_line;  // no other can open
    const auto before = look(SourceNumber{arrival.number->value - 1});
    if (!before) return before.error();
    in_line.before = before.value();
    return in_line;
}

void write_waiting(
    HomeId home,
    std::string_view name,
    sequence::Subject& subject,
    StoredWaiting& stored,
    std::vector<log::StateChange>& changes
) {
    const auto put = [&](std::string key, std::string value) {
        changes.push_back({home, table::kWaitingEvents, std::move(key), std::move(value)});
    };
    const auto drop = [&](std::string key) {
        changes.push_back({home, table::kWaitingEvents, std::move(key), std::nullopt});
    };
    sequence::WaitingRoom& room = subject.waiting;
    const auto changed = room.take_changes();
    for (const WaitingEvent* event : changed.came) {
        const sequence::Arrival& arrival = event->arrival;
        put(in_line_key(name, id_hash(arrival)), sequence::encode_event(*event));
        if (arrival.number) put(number_key(name, arrival.source, *arrival.number), {});
    }
    for (const auto& gone : changed.gone) {  // its id, its number may have come back
        if (gone.order >= stored.arrivals) continue;
        if (room.with_id(gone.id_hash) == nullptr) drop(in_line_key(name, gone.id_hash));
        if (gone.number && room.numbered(gone.source, *gone.number) == nullptr) {
            drop(number_key(name, gone.source, *gone.number));
        }
    }
    const StoredWaiting now = stored_of(subject);
    for (const StoredConflict& one : stored.conflicts) {
        if (!takes_key(now.conflicts, one.order)) drop(conflict_key(name, one.order));
    }
    for (std::size_t at = 0; at < now.conflicts.size(); ++at) {
        const auto there =
            std::find(stored.conflicts.begin(), stored.conflicts.end(), now.conflicts[at]);
        if (there != stored.conflicts.end()) continue;
        const WaitingEvent& one = subject.conflicts[at];
        put(conflict_key(name, one.order), sequence::encode_event(one));
    }
    if (now.head) {
        changes.push_back({home, table::kWaiting, std::string{name}, encode_head(subject)});
    } else if (stored.head) {
        changes.push_back({home, table::kWaiting, std::string{name}, std::nullopt});
    }
    stored = now;
}

}  // namespace sluice::runtime
