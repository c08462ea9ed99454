#pragma once

#include <sluice/event.hpp>

#include "event/json.hpp"
#include "event/json_lines.hpp"
#include "event/kafka.hpp"

#include <array>
#include <functional>
#include <span>
#include <sstream>
#include <string>
#include <utility>

/// Every way in which an event travels, there and back. Only tests include this.
namespace sluice::event::test {

inline Event good_event() {
    Event event;
    event.id = "8f1c";
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = "order-17";
    return event;
}

struct Codec {
    const char* name;
    std::function<Result<Event>(const Event&)> there_and_back;
};

inline Result<Event> through_lines(const Event& event) {
    std::istringstream in{write_json_line(event) + "\n"};
    return JsonLines{in, {}}.next().value().event;
}

inline const std::array<Codec, 6>& codecs() {
    static const std::array<Codec, 6> kAll{
        Codec{"JSON", [](const Event& e) { return parse_json(write_json(e), {}); }},
        Codec{
            "JSON batch",
            [](const Event& e) -> Result<Event> {
                auto read = parse_json_batch(write_json_batch(std::span{&e, 1}), {});
                if (!read.has_value()) return read.error();
                return read->at(0);
            }},
        Codec{"JSON line", through_lines},
        Codec{"Kafka, binary", [](const Event& e) { return from_record(to_record(e, "k"), {}); }},
        Codec{
            "Kafka, structured",
            [](const Event& e) { return from_record(to_structured_record(e, "k"), {}); }},
        Codec{"Kafka, structured made binary", [](const Event& e) -> Result<Event> {
                  auto binary = to_binary(to_structured_record(e, "k"), {});
                  if (!binary.has_value()) return binary.error();
                  return from_record(*binary, {});
              }}};
    return kAll;
}

/// A line of JSON Lines has blanks for the line breaks between the tokens of JSON data.
inline bool keeps_bytes(const Codec& codec, const Event& event) {
    return codec.name != std::string_view{"JSON line"} || !event.data.has_value() ||
           event.data->find_first_of("\r\n") == std::string::npos;
}

}  // namespace sluice::event::test
