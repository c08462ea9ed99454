#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "sequence/sequencer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

// What is not released of a subject, as it lies in the sequencer's state: a head in `kWaiting`, and
// in `kWaitingEvents` each event by itself (docs/formats/sequencer-state.md).

enum class WaitingPart : std::uint8_t {  // stored: never renumber
    kInLine = 0,
    kConflict = 1,  ///< the newcomer of a conflict
    kNumber = 2,    ///< nothing: an event of that number is in line
};

// The keys: a subject's entries lie together, by part.
//   | subject t | 0 | hash of the event's id u64 big-endian |
//   | subject t | 1 | order u64 big-endian |
//   | subject t | 2 | source t | number u64 big-endian |
[[nodiscard]] std::string in_line_key(std::string_view subject, std::uint64_t id_hash);
[[nodiscard]] std::string conflict_key(std::string_view subject, sequence::ArrivalOrder order);
[[nodiscard]] std::string number_key(
    std::string_view subject, std::string_view source, SourceNumber number
);

/// The order alone names none: orders begin again when a subject is settled.
struct StoredConflict {
    sequence::ArrivalOrder order{0};
    std::uint64_t event_hash{0};  ///< of all that is stored of it

    bool operator==(const StoredConflict&) const = default;
};

/// What the state holds of a subject, as far as the next write must know it.
struct StoredWaiting {
    bool head{false};
    sequence::ArrivalOrder arrivals{0};  ///< events with this order or a later one are not there
    std::vector<StoredConflict> conflicts;
};

[[nodiscard]] StoredWaiting stored_of(const sequence::Subject& subject);

/// The whole subject: its events are looked up for the head. kCorrupt when they do not fit it.
[[nodiscard]] Result<sequence::Subject> read_waiting(
    const ScanTable& scan,
    std::string_view name,
    std::string_view head,
    sequence::SubjectHistory history
);

/// Reads the waiting room of a subject of which the head is read: as above.
[[nodiscard]] Status read_line(
    const ScanTable& scan, std::string_view name, sequence::WaitingRoom& room
);

/// Whether the state has the key, in `kWaitingEvents`.
using HasEvent = std::function<Result<bool>(std::string_view key)>;

/// What lies in the line of the subject that could clash with the arrival, by two or three keys.
[[nodiscard]] Result<sequence::InLine> look_up(
    const HasEvent& has, const sequence::Subject& subject, const sequence::Arrival& arrival
);

/// Puts into `changes` what differs from what is stored, which is then as the subject is.
void write_waiting(
    HomeId home,
    std::string_view name,
    sequence::Subject& subject,
    StoredWaiting& stored,
    std::vector<log::StateChange>& changes
);

}  // namespace sluice::runtime
