#include "event/json_lines.hpp"

#include "event/json.hpp"

#include <fmt/format.h>

#include <istream>

namespace sluice::event {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

/// The next line into `line_`, no more of it than the limit; false at the end.
bool JsonLines::read_line() {
    line_.clear();
    too_long_ = false;
    constexpr int end = std::char_traits<char>::eof();
    int next = in_.get();
    if (next == end) return false;
    for (; next != end && next != '\n'; next = in_.get()) {
        too_long_ = line_.size() == limits_.json_bytes_max();
        if (!too_long_) line_.push_back(static_cast<char>(next));
    }
    ++number_;
    if (number_ == 1 && line_.starts_with(kByteOrderMark)) line_.erase(0, kByteOrderMark.size());
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    return true;
}

std::optional<JsonLine> JsonLines::next() {
    while (read_line()) {
        if (line_.find_first_not_of(" \t") == std::string::npos) continue;
        const std::string place = fmt::format("line {}", number_);
        if (too_long_) {
            const Error error{
                ErrorCode::kTooLarge,
                fmt::format(
                    "longer than {} bytes, which no event of at most {} bytes needs",
                    limits_.json_bytes_max(),
                    limits_.event_bytes_max
                )};
            return JsonLine{number_, error.at(place)};
        }
        Result<Event> event = parse_json(line_, limits_);
        if (!event.has_value()) return JsonLine{number_, event.error().at(place)};
        return JsonLine{number_, std::move(event)};
    }
    return std::nullopt;
}

bool JsonLines::failed() const {
    return in_.bad();
}

}  // namespace sluice::event
