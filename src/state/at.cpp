#include "state/at.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::state {

namespace {

constexpr std::string_view kIdWord = "id:";
constexpr std::string_view kDigits = "0123456789";

Result<At> position_of(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc{} && rest == end && value > 0) return At{Position{value}};
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("at={}: positions are 1, 2, 3 …; an event's id is id:{}", text, text)};
}

}  // namespace

Result<At> parse_at(std::string_view text) {
    if (text.empty()) return At{AtLast{}};
    if (text.starts_with(kIdWord)) {
        const std::string_view id = text.substr(kIdWord.size());
        if (!id.empty()) return At{AtEvent{std::string{id}}};
        return Error{ErrorCode::kInvalidArgument, "at=id: names no event"};
    }
    if (text.find_first_not_of(kDigits) == std::string_view::npos) return position_of(text);
    if (const auto time = parse_rfc3339(text)) return At{time.value()};
    return At{AtEvent{std::string{text}}};
}

}  // namespace sluice::state
