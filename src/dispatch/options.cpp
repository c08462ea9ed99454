#include "dispatch/dispatcher.hpp"

#include <fmt/format.h>

namespace sluice::dispatch {

namespace {

Status at_least_one(std::string_view field, std::uint64_t value) {
    if (value >= 1) return ok();
    return Error{
        ErrorCode::kBadConfig, fmt::format("{}: 0 is out of range; allowed is 1 or more", field)};
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
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "run_events_max: {} is out of range; allowed is 1 to 10000", run_events_max
            )};
    }
    if (not_tried_wait < Milliseconds{1} || not_tried_wait > Milliseconds{60'000}) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "not_tried_wait: {} ms is out of range; allowed is 1 ms to 60000 ms",
                not_tried_wait.count()
            )};
    }
    for (const RetryClass& one : retry_classes) {
        if (auto checked = one.policy.validate(); !checked) {
            return checked.error().at("retry class " + one.name);
        }
    }
    return retry.validate();
}

}  // namespace sluice::dispatch
