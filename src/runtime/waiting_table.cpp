#include "runtime/waiting_table.hpp"

#include "base/bytes.hpp"
#include "runtime/subject_store.hpp"
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

bool among(const std::vector<ArrivalOrder>& orders, ArrivalOrder order) {
    return std::find(orders.begin(), orders.end(), order) != orders.end();
}

using Entries = std::vector<std::pair<std::string, std::string>>;

/// The subject's events, at most so many.
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

std::string waiting_event_key(std::string_view subject, WaitingPart part, ArrivalOrder order) {
    std::string key = prefix_of(subject);
    key.push_back(static_cast<char>(part));
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        key.push_back(static_cast<char>((order >> (shift - 8)) & 0xFFU));
    }
    return key;
}

StoredWaiting stored_of(const sequence::Subject& subject) {
    StoredWaiting stored;
    stored.head = !subject.settled();
    stored.arrivals = subject.arrivals;
    for (const WaitingEvent& one : subject.conflicts) stored.conflicts.push_back(one.order);
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
    const std::size_t count = decoded.value().waiting + decoded.value().conflicts;
    const auto found = events_of(scan, name, count);
    if (!found) return found.error();
    std::vector<std::string_view> events;
    for (const auto& [key, value] : found.value()) events.emplace_back(value);
    return sequence::decode_waiting(std::move(decoded.value()), events, std::move(history));
}

void write_waiting(
    HomeId home,
    std::string_view name,
    sequence::Subject& subject,
    StoredWaiting& stored,
    std::vector<log::StateChange>& changes
) {
    const auto put = [&](WaitingPart part, const WaitingEvent& event) {
        changes.push_back(
            {home,
             table::kWaitingEvents,
             waiting_event_key(name, part, event.order),
             sequence::encode_event(event)}
        );
    };
    const auto drop = [&](WaitingPart part, ArrivalOrder order) {
        changes.push_back(
            {home, table::kWaitingEvents, waiting_event_key(name, part, order), std::nullopt}
        );
    };
    for (const ArrivalOrder order : subject.waiting.take_touched()) {
        if (const WaitingEvent* event = subject.waiting.find(order); event != nullptr) {
            put(WaitingPart::kInLine, *event);
        } else if (order < stored.arrivals) {
            drop(WaitingPart::kInLine, order);
        }
    }
    const StoredWaiting now = stored_of(subject);
    for (const ArrivalOrder order : stored.conflicts) {
        if (!among(now.conflicts, order)) drop(WaitingPart::kConflict, order);
    }
    for (const WaitingEvent& one : subject.conflicts) {
        if (!among(stored.conflicts, one.order)) put(WaitingPart::kConflict, one);
    }
    if (now.head) {
        changes.push_back({home, table::kWaiting, std::string{name}, encode_head(subject)});
    } else if (stored.head) {
        changes.push_back({home, table::kWaiting, std::string{name}, std::nullopt});
    }
    stored = now;
}

}  // namespace sluice::runtime
