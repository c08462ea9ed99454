#pragma once

#include "sequence/sequencer.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sequence::test {

/// The subject as a process has it that has read its head only. Something waits in it.
inline Subject unread(const Subject& subject) {
    auto head = decode_head(encode_head(subject));
    EXPECT_TRUE(head.has_value());
    Subject back = std::move(head.value().subject);
    back.history = subject.history;
    return back;
}

/// What a look at the names of a read room says.
inline InLine in_line(const Subject& subject, const Arrival& arrival) {
    const WaitingRoom& room = subject.waiting;
    const auto has = [&](std::uint64_t number) {
        return room.numbered(arrival.source, SourceNumber{number}) != nullptr;
    };
    InLine found;
    found.id = room.with_id(id_hash(arrival)) != nullptr;
    if (!arrival.number) return found;
    found.number = has(arrival.number->value);
    found.before = has(arrival.number->value - 1);
    return found;
}

/// Reads the room of `head`: what lay in that of `stored`, and what has joined it since.
inline void read_line(Subject& head, const Subject& stored) {
    std::vector<std::string> bytes;
    for (const WaitingEvent& event : stored.waiting) bytes.push_back(encode_event(event));
    const std::vector<std::string_view> events{bytes.rbegin(), bytes.rend()};
    const Status read = decode_line(events, head.waiting);
    EXPECT_TRUE(read.has_value()) << read.error().message;
}

}  // namespace sluice::sequence::test
