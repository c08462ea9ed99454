#include "event/limits.hpp"

#include <fmt/format.h>

#include <string_view>

namespace sluice::event {

namespace {

Status at_least(std::string_view field, std::size_t value, std::size_t least) {
    if (value >= least) return ok();
    return Error{ErrorCode::kBadConfig, fmt::format("{}: {} is below {}", field, value, least)};
}

}  // namespace

Status EventLimits::validate() const {
    if (Status s = at_least("event_bytes_max", event_bytes_max, kAlwaysTakenBytes); !s) return s;
    if (Status s = at_least("attribute_bytes_max", attribute_bytes_max, kAlwaysTakenBytes); !s) {
        return s;
    }
    if (Status s = at_least("name_chars_max", name_chars_max, 20); !s) return s;
    if (Status s = at_least("json_depth_max", json_depth_max, 16); !s) return s;
    if (Status s = at_least("batch_events_max", batch_events_max, 1); !s) return s;
    return at_least("batch_bytes_max", batch_bytes_max, kAlwaysTakenBytes);
}

}  // namespace sluice::event
