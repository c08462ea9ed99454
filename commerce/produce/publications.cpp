#include "commerce/produce/publications.hpp"

#include "base/assert.hpp"
#include "commerce/produce/payloads.hpp"
#include "commerce/seedrule/arithmetic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace sluice::commerce {

namespace {

/// What the act's source numbers and stamps; reviews have no numbers.
void stamp(Event& event, const Act& act) {
    const Source source = act.source();
    if (source == Source::kReviews) return;
    event.extensions.emplace(extension::kSourceSequence, std::to_string(act.seq));
    if (act.depends_on == 0) return;
    const Source seen = source == Source::kOrders ? Source::kDeliveries : Source::kOrders;
    event.extensions.emplace(
        extension::kDependsOn, fmt::format("/{} {}", to_string(seen), act.depends_on)
    );
}

/// Who publishes first at one time: others have seen the order's acts, and reviewers the parcels.
int rank(Source source) {
    switch (source) {
        case Source::kOrders: return 0;
        case Source::kDeliveries: return 1;
        case Source::kReviews: return 2;
    }
    SLUICE_UNREACHABLE();
}

Event event_of(const RawOrder& raw, const OrderAdditions& added, const Act& act) {
    const std::string_view source = to_string(act.source());
    Event event;
    event.id = fmt::format("{}.{}.{}", raw.id, source, act.seq);
    event.source = fmt::format("/{}", source);
    event.type = to_string(act.type);
    event.subject = raw.id;
    event.time = to_text(act.at);
    event.datacontenttype = "application/json";
    stamp(event, act);
    event.data = payload_of(raw, added, act);
    return event;
}

}  // namespace

Publications::Publications(const RawData& raw, const Additions& additions, const Policy& policy)
    : raw_{raw},
      additions_{additions},
      calendar_{additions, policy} {
    SLUICE_ASSERT(raw.orders.size() == additions.orders.size() && raw.orders.size() < kNoOrder);
    for (std::uint32_t order = 0; order < raw.orders.size(); ++order) {
        std::uint32_t number = 0;
        for (const Act& act : additions.orders[order].acts)
            entries_.push_back({act.at, order, number++});
    }
    for (std::uint32_t day = 0; day < calendar_.days(); ++day) {
        entries_.push_back({calendar_.closed_at(day), kNoOrder, day});
    }
    std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
        return before(a, b);
    });
}

Status Publications::check(const RawData& raw, const Additions& additions) {
    if (raw.orders.size() != additions.orders.size()) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "additions of {} orders for {} raw orders",
                additions.orders.size(),
                raw.orders.size()
            )};
    }
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        const auto placed = placed_payload(raw.orders[i], additions.orders[i]);
        if (!placed) return placed.error();
    }
    return ok();
}

bool Publications::before(const Entry& a, const Entry& b) const {
    if (a.time != b.time) return a.time < b.time;
    if (a.order == b.order && a.order != kNoOrder) {
        const std::vector<Act>& acts = additions_.orders[a.order].acts;
        const int first = rank(acts[a.number].source());
        const int second = rank(acts[b.number].source());
        return first != second ? first < second
                               : a.number < b.number;  // a source's acts stand by seq
    }
    if (a.order != kNoOrder && b.order != kNoOrder) return a.order < b.order;  // orders by id
    const std::string_view subject_a =
        a.order == kNoOrder ? kCalendarSubject : raw_.orders[a.order].id;
    const std::string_view subject_b =
        b.order == kNoOrder ? kCalendarSubject : raw_.orders[b.order].id;
    return subject_a < subject_b;
}

Publication Publications::at(std::size_t index) const {
    const Entry& entry = entries_.at(index);
    Publication out;
    out.channel = channel(index);
    out.partition = partition_of(out.channel, subject(index));
    out.event =
        entry.order == kNoOrder
            ? calendar_.event(entry.number)
            : event_of(raw_.orders[entry.order], additions_.orders[entry.order], *act(index));
    return out;
}

ChannelId Publications::channel(std::size_t index) const {
    const Act* published = act(index);
    return published == nullptr ? kCalendarChannel : channel_of(published->type);
}

std::string_view Publications::subject(std::size_t index) const {
    const Entry& entry = entries_.at(index);
    return entry.order == kNoOrder ? kCalendarSubject
                                   : std::string_view{raw_.orders[entry.order].id};
}

const Act* Publications::act(std::size_t index) const {
    const Entry& entry = entries_.at(index);
    return entry.order == kNoOrder ? nullptr : &additions_.orders[entry.order].acts[entry.number];
}

}  // namespace sluice::commerce
