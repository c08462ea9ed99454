#include "dispatch/dispatcher.hpp"
#include "dispatch/out_of_range.hpp"

#include <string>

namespace sluice::dispatch {

namespace {

Status at_least_one(std::string_view field, std::uint64_t value) {
    if (value >= 1) return ok();
    return out_of_range(field, "0", "1 or more");
}

}  // namespace

Status DispatcherOptions::validate() const {
    if (auto checked = at_least_one("in_flight_events_max", in_flight_events_max); !checked) {
        return checked;
    }
    if (auto checked = at_least_one("in_flight_bytes_max", in_flight_bytes_max); !checked) {
        return checked;
    }
    if (auto checked = at_least_one("backlog_bytes_max", backlog_bytes_max); !checked) {
        return checked;
    }
    if (run_events_max < 1 || run_events_max > 10'000) {
        return out_of_range("run_events_max", std::to_string(run_events_max), "1 to 10000");
    }
    if (auto checked =
            check_range("not_tried_wait", not_tried_wait, Milliseconds{1}, Milliseconds{60'000});
        !checked) {
        return checked;
    }
    for (const RetryClass& one : retry_classes) {
        if (auto checked = one.policy.validate(); !checked) {
            return checked.error().at("retry class " + one.name);
        }
    }
    return retry.validate();
}

}  // namespace sluice::dispatch
