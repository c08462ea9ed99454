#pragma once

#include <sluice/result.hpp>

#include "sequence/subject.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::sequence {

// How the sequencer's state is stored: docs/formats/sequencer-state.md. Reader and writer of each
// format stand next to each other in state_codec.cpp. Every decode answers kCorrupt and names the
// format, when the version is unknown, or bytes are missing or too many.

[[nodiscard]] std::string encode_history(const SubjectHistory& history);
[[nodiscard]] Result<SubjectHistory> decode_history(std::string_view bytes);

/// What is not released of a subject is stored as a head, and beside it each event by itself
/// (`encode_event`), so that a step writes what it has changed only. The head is empty when the
/// subject is settled.
[[nodiscard]] std::string encode_head(const Subject& subject);

struct WaitingHead {
    Subject subject;  ///< without history and newcomers of conflicts; its waiting room is unread
    SourceLoads conflicts;  ///< their newcomers
};

[[nodiscard]] Result<WaitingHead> decode_head(std::string_view bytes);

/// Reads an unread waiting room: `events` are the encoded ones that lie elsewhere, in any order.
/// kCorrupt when they are not those that the head has counted, or contradict one another.
[[nodiscard]] Status decode_line(std::span<const std::string_view> events, WaitingRoom& room);

/// The whole subject: first the events that wait, then the newcomers of conflicts, by their order.
[[nodiscard]] Result<Subject> decode_waiting(
    WaitingHead head, std::span<const std::string_view> events, SubjectHistory history
);

/// One event that waits, with its record.
[[nodiscard]] std::string encode_event(const WaitingEvent& event);
[[nodiscard]] Result<WaitingEvent> decode_event(std::string_view bytes);

/// At most 30 bytes with one source.
[[nodiscard]] std::string encode_tombstone(const Tombstone& tombstone);
[[nodiscard]] Result<Tombstone> decode_tombstone(std::string_view bytes);

}  // namespace sluice::sequence
