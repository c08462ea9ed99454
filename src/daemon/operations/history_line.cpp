#include "daemon/operations/history_line.hpp"

#include "event/json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace sluice::daemon {

namespace {

/// Takes a number that `read` put beside the event's own members.
std::optional<std::int64_t> take_place(Event& event, const char* name) {
    const auto found = event.extensions.find(name);
    if (found == event.extensions.end()) return std::nullopt;
    std::int64_t number = 0;
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size() && number >= 0;
    event.extensions.erase(found);
    return whole ? std::optional{number} : std::nullopt;
}

}  // namespace

Result<HistoryLine> history_line(std::string_view line, const event::EventLimits& limits) {
    constexpr std::int64_t kPartitionsMax = 4'096;
    auto event = event::parse_json(line, limits);
    if (!event) return event.error();
    const auto partition = take_place(event.value(), "partition");
    const auto offset = take_place(event.value(), "offset");
    if (!partition || !offset || *partition >= kPartitionsMax) {
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format(
                "{}: it does not say in which `partition` and at which `offset` it lay; import "
                "what "
                "`sluice read DOMAIN.ordered --json` wrote",
                event.value().id
            )};
    }
    return HistoryLine{
        std::move(event.value()),
        PartitionId{static_cast<std::uint32_t>(*partition)},
        Offset{*offset}};
}

}  // namespace sluice::daemon
