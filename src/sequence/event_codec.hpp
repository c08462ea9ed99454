#pragma once

#include "base/bytes.hpp"
#include "sequence/waiting_room.hpp"

namespace sluice::sequence::wire {

// An event that waits, with its needs and its record, as a part of the stored state
// (docs/formats/sequencer-state.md). Errors show in the reader's `ok()`.

void put(ByteWriter& out, const Need& need);
[[nodiscard]] Need get_need(ByteReader& in);

void put(ByteWriter& out, const Record& record);
[[nodiscard]] Record get_record(ByteReader& in);

void put(ByteWriter& out, const Arrival& arrival);
[[nodiscard]] Arrival get_arrival(ByteReader& in);

void put(ByteWriter& out, const WaitingEvent& event);
[[nodiscard]] WaitingEvent get_event(ByteReader& in);

}  // namespace sluice::sequence::wire
