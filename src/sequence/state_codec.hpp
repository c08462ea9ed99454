#pragma once

#include <sluice/result.hpp>

#include "sequence/subject.hpp"

#include <string>
#include <string_view>

namespace sluice::sequence {

// How the sequencer's state is stored: docs/formats/sequencer-state.md. Reader and writer of each
// format stand next to each other in state_codec.cpp. Every decode answers kCorrupt and names the
// format, when the version is unknown, or bytes are missing or too many.

[[nodiscard]] std::string encode_history(const SubjectHistory& history);
[[nodiscard]] Result<SubjectHistory> decode_history(std::string_view bytes);

/// All of a subject but its history. Empty when it is settled.
[[nodiscard]] std::string encode_waiting(const Subject& subject);

/// The subject of `encode_waiting`, with the history that belongs to it.
[[nodiscard]] Result<Subject> decode_waiting(std::string_view bytes, SubjectHistory history);

/// One event that waits, with its record.
[[nodiscard]] std::string encode_event(const WaitingEvent& event);
[[nodiscard]] Result<WaitingEvent> decode_event(std::string_view bytes);

/// At most 30 bytes with one source.
[[nodiscard]] std::string encode_tombstone(const Tombstone& tombstone);
[[nodiscard]] Result<Tombstone> decode_tombstone(std::string_view bytes);

}  // namespace sluice::sequence
