#pragma once

#include <sluice/event.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime::test {

inline constexpr std::size_t kCrashBatch = 50;
inline constexpr std::uint64_t kEventsPerSubject = 6;

/// P = 3 and a channel of 5 partitions under crc32: with two tasks most events take the detour.
inline constexpr std::string_view kCrashContract = R"(
asyncapi: 3.0.0
x-sluice: {domain: x, homes: 3}
channels:
  x:
    address: x.in
    messages: {happened: {$ref: '#/components/messages/happened'}}
    bindings: {kafka: {partitions: 5}}
    x-sluice: {partitioner: crc32}
components:
  messages:
    happened: {name: x.happened}
)";

/// The same events in the same order every time: shuffled, so that most must wait.
inline std::vector<Event> crash_input(std::uint32_t subjects) {
    std::vector<Event> events;
    for (std::uint32_t s = 0; s < subjects; ++s) {
        for (std::uint64_t n = 1; n <= kEventsPerSubject; ++n) {
            Event& event = events.emplace_back();
            event.subject = fmt::format("s{}", s);
            event.source = "/x";
            event.type = "x.happened";
            event.id = fmt::format("{}.{}", event.subject, n);
            event.extensions["sourcesequence"] = fmt::to_string(n);
            event.data = "{}";
            event.datacontenttype = "application/json";
        }
    }
    std::mt19937_64 random{7};  // NOLINT(bugprone-random-generator-seed): the same input each time
    std::shuffle(events.begin(), events.end(), random);
    return events;
}

}  // namespace sluice::runtime::test
