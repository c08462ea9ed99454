#include "daemon/config/void_events.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::daemon {

std::vector<Result<runtime::Placed>> publish_voids(
    log::Log& log, const runtime::DomainPlan& domain, std::span<const Event> events
) {
    const auto own = std::find_if(
        domain.channels.begin(),
        domain.channels.end(),
        [](const runtime::ChannelPlan& channel) {
            return !channel.plain && !channel.others_are_foreign;
        }
    );
    if (own == domain.channels.end()) {
        const Error none{
            ErrorCode::kInvalidEvent,
            fmt::format(
                "type {}: domain {} has no channel that only it reads, as CloudEvents",
                kVoidType,
                domain.name
            )};
        return {events.size(), Result<runtime::Placed>{none}};
    }
    runtime::DomainPlan plan;
    plan.name = domain.name;
    plan.limits = domain.limits;
    plan.channels = {*own};
    plan.channels.front().types = {std::string{kVoidType}};
    plan.channels.front().checking = runtime::Checking::kOff;
    const SystemClock clock;
    runtime::Publisher publisher{log, clock};
    publisher.add(plan);
    return publisher.publish(events);
}

}  // namespace sluice::daemon
