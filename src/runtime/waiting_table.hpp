#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"
#include "runtime/dispatch_tables.hpp"
#include "sequence/subject.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

// What is not released of a subject, as it lies in the sequencer's state: a head in `kWaiting`, and
// each event by itself in `kWaitingEvents` (docs/formats/sequencer-state.md).

enum class WaitingPart : std::uint8_t {  // stored: never renumber
    kInLine = 0,
    kConflict = 1,  ///< the newcomer of a conflict
};

/// | subject t | part 1 | order u64 big-endian |: a subject's events lie together, ascending.
[[nodiscard]] std::string waiting_event_key(
    std::string_view subject, WaitingPart part, sequence::ArrivalOrder order
);

/// What the state holds of a subject, as far as the next write must know it.
struct StoredWaiting {
    bool head{false};
    sequence::ArrivalOrder arrivals{0};  ///< events with this order or a later one are not there
    std::vector<sequence::ArrivalOrder> conflicts;
};

[[nodiscard]] StoredWaiting stored_of(const sequence::Subject& subject);

/// The whole subject: its events are looked up for the head. kCorrupt when they do not fit it.
[[nodiscard]] Result<sequence::Subject> read_waiting(
    const ScanTable& scan,
    std::string_view name,
    std::string_view head,
    sequence::SubjectHistory history
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
