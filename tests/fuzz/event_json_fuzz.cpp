// An event as JSON, a batch, a line: what is taken is a valid event and comes back, by each way
// there is.

#include "base/assert.hpp"
#include "event/json.hpp"
#include "event/json_lines.hpp"
#include "event/kafka.hpp"
#include "event/validate.hpp"
#include "fuzz.hpp"

#include <charconv>
#include <sstream>

namespace sluice::event {
namespace {

void comes_back(const Event& event) {
    SLUICE_ASSERT(validate(event, {}).has_value());
    SLUICE_ASSERT(parse_json(write_json(event), {}).value() == event);
    SLUICE_ASSERT(parse_json_batch(write_json_batch({&event, 1}), {}).value().at(0) == event);
    SLUICE_ASSERT(from_record(to_record(event, "k"), {}).value() == event);
    SLUICE_ASSERT(from_record(to_structured_record(event, "k"), {}).value() == event);
    const std::string line = write_json_line(event);
    SLUICE_ASSERT(line.find('\n') == std::string::npos);
    SLUICE_ASSERT(parse_json(line, {}).has_value());
}

/// One line, and a byte that it names is one of the text.
void names_a_place(const Error& error, std::size_t bytes) {
    const std::string_view message = error.message;
    SLUICE_ASSERT(!message.empty() && message.find('\n') == std::string_view::npos);
    constexpr std::string_view byte = "byte ";
    if (!message.starts_with(byte)) return;
    std::size_t at = 0;
    std::from_chars(message.data() + byte.size(), message.data() + message.size(), at);
    SLUICE_ASSERT(at <= bytes);
}

void run(std::string_view text) {
    const auto one = parse_json(text, {});
    if (one) comes_back(*one);
    if (!one) names_a_place(one.error(), text.size());

    const auto batch = parse_json_batch(text, {});
    if (batch) {
        for (const Event& event : *batch) comes_back(event);
        SLUICE_ASSERT(parse_json_batch(write_json_batch(*batch), {}).value() == *batch);
    } else {
        names_a_place(batch.error(), text.size());
    }

    std::istringstream in{std::string{text}};
    JsonLines lines{in, {}};
    while (const auto line = lines.next()) {
        if (line->event) comes_back(*line->event);
        if (!line->event) SLUICE_ASSERT(line->event.error().message.starts_with("line "));
    }
}

}  // namespace
}  // namespace sluice::event

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sluice::event::run(sluice::fuzz::text_of(data, size));
    return 0;
}
