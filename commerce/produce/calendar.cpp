#include "commerce/produce/calendar.hpp"

#include "commerce/events/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kDaysAfterTheLast = 10;

}  // namespace

Calendar::Calendar(const Additions& additions, Policy policy) : policy_{std::move(policy)} {
    bool any = false;
    Day last;
    for (const OrderAdditions& order : additions.orders) {
        for (const Act& act : order.acts) {
            const Day day = bday(policy_, act.at);
            first_ = any ? std::min(first_, day) : day;
            last = any ? std::max(last, day) : day;
            any = true;
        }
    }
    if (!any) return;
    counts_.resize(static_cast<std::size_t>(last - first_ + 1 + kDaysAfterTheLast));
    for (const OrderAdditions& order : additions.orders) {
        for (const Act& act : order.acts) {
            const auto index = static_cast<std::size_t>(bday(policy_, act.at) - first_);
            ++counts_[index].at(static_cast<std::size_t>(act.type));
        }
    }
}

UtcTime Calendar::closed_at(std::size_t index) const {
    const Day next = first_ + (static_cast<std::int64_t>(index) + 1);
    return UtcTime{next.number * 86'400 - policy_.offset_minutes * 60};
}

Event Calendar::event(std::size_t index) const {
    DayClosed payload;
    payload.day = first_ + static_cast<std::int64_t>(index);
    for (std::size_t type = 0; type < kActTypes; ++type) {
        const std::int64_t count = counts_.at(index).at(type);
        if (count == 0) continue;
        payload.published.push_back({std::string{to_string(static_cast<ActType>(type))}, count});
    }
    Event event;
    event.id = fmt::format("calendar.{}", to_text(payload.day));
    event.source = "/calendar";
    event.type = type::kDayClosed;
    event.subject = kCalendarSubject;
    event.time = to_text(closed_at(index));
    event.datacontenttype = "application/json";
    event.extensions.emplace(extension::kSourceSequence, std::to_string(index + 1));
    event.data = encode(payload);
    return event;
}

}  // namespace sluice::commerce
