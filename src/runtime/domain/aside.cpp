#include "runtime/domain/aside.hpp"

#include "base/assert.hpp"
#include "runtime/domain/origin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

std::string_view to_string(AsideCause cause) {
    switch (cause) {
        case AsideCause::kUnreadable: return "unreadable";
        case AsideCause::kLateNumber: return "late-number";
        case AsideCause::kLateClosed: return "late-closed";
        case AsideCause::kFlooded: return "flooded";
        case AsideCause::kFloodedSource: return "flooded-source";
        case AsideCause::kDropped: return "dropped";
        case AsideCause::kRepaired: return "repaired";
        case AsideCause::kChosen: return "chosen";
        case AsideCause::kRefused: return "refused";
    }
    SLUICE_UNREACHABLE();
}

Record to_aside(
    Record record, const sequence::Origin& origin, AsideCause cause, std::string_view detail
) {
    record.headers.push_back({kAsideHeader, fmt::format("{}: {}", to_string(cause), detail)});
    return with_origin(std::move(record), origin);
}

Note note_of(std::string_view text) {
    const std::size_t colon = std::min(text.find(": "), text.size());
    return {text.substr(0, colon), text.substr(std::min(colon + 2, text.size()))};
}

}  // namespace sluice::runtime
