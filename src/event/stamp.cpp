#include "event/stamp.hpp"

#include "event/number.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::event {

namespace {

/// Takes the next word off the front; empty at the end.
std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

Error bad_stamps(std::string_view text, std::string_view why) {
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "extension 'dependson': {} {}; allowed are pairs of source and number, such as "
            "'/orders 3 /payments 1'",
            shown(text),
            why
        )};
}

}  // namespace

Result<SourceNumber> parse_source_sequence(std::string_view text) {
    const auto number = parse_number(text);
    if (number.has_value()) return SourceNumber{*number};
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "extension 'sourcesequence': {} is not a decimal number from 1 to {}",
            shown(text),
            std::uint64_t{0} - 1
        )};
}

Result<std::vector<Stamp>> parse_depends_on(std::string_view text) {
    std::vector<Stamp> stamps;
    std::string_view rest = text;
    for (std::string_view source = next_word(rest); !source.empty(); source = next_word(rest)) {
        const std::string_view word = next_word(rest);
        if (word.empty()) {
            return bad_stamps(text, fmt::format("has no number after {}", shown(source)));
        }
        const auto number = parse_number(word);
        if (!number.has_value()) {
            return bad_stamps(
                text, fmt::format("has {} where a number from 1 on is due", shown(word))
            );
        }
        if (stamps.size() == kStampsMax) {
            return bad_stamps(text, fmt::format("has more than {} pairs", kStampsMax));
        }
        stamps.push_back(Stamp{std::string{source}, SourceNumber{*number}});
    }
    if (stamps.empty()) return bad_stamps(text, "names nothing");
    return stamps;
}

std::string write_depends_on(const std::vector<Stamp>& stamps) {
    std::string out;
    for (const Stamp& stamp : stamps) {
        if (!out.empty()) out.push_back(' ');
        out += fmt::format("{} {}", stamp.source, stamp.number.value);
    }
    return out;
}

}  // namespace sluice::event
