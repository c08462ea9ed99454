#include "runtime/sequencing/classify.hpp"

#include <sluice/event.hpp>

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "event/stamp.hpp"
#include "event/view.hpp"
#include "runtime/domain/plain_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

using event::EventView;
using sequence::Arrival;

/// The value at a pointer; nothing if there is none, or no data, or no JSON.
std::optional<std::string> value_at(const EventView& view, const contract::JsonPointer& pointer) {
    const auto data = view.data();
    if (!data) return std::nullopt;
    auto found = pointer.scalar_in(*data);
    return found ? std::move(found.value()) : std::nullopt;
}

void add_plain_rules(const TypePlan& type, Arrival& arrival) {
    for (const NeedPlan& need : type.needs) {
        if (!need.same) {
            arrival.needs.emplace_back(sequence::NeedMark{need.marks, need.wanted, need.if_seen});
        }
    }
    arrival.marks = type.marks;
}

void add_rules_by_value(const TypePlan& type, const EventView& view, Arrival& arrival) {
    for (const NeedPlan& need : type.needs) {
        if (!need.same) continue;
        const std::string& pointer = need.same->text();
        const auto value = value_at(view, *need.same);
        if (!value) {
            if (!arrival.invalid.empty()) continue;
            arrival.invalid =
                fmt::format("data: {}: nothing there, but a rule asks for it", pointer);
            continue;
        }
        sequence::NeedMark mark{{}, need.wanted, need.if_seen};
        for (const std::string& wanted : need.types) {
            mark.any_of.push_back(sequence::mark_of(wanted, pointer, *value));
        }
        arrival.needs.emplace_back(std::move(mark));
    }
    for (const contract::JsonPointer& pointer : type.remembered) {
        if (const auto value = value_at(view, pointer)) {
            arrival.marks.push_back(sequence::mark_of(arrival.type, pointer.text(), *value));
        }
    }
}

/// Answers why the number cannot be read; empty: it can, or there is none.
std::string read_number(const EventView& view, Arrival& arrival) {
    if (const auto number = view.extension(extension::kSourceSequence)) {
        const auto parsed = event::parse_source_sequence(*number);
        if (!parsed) return parsed.error().message;
        arrival.number = parsed.value();
    }
    return {};
}

void read_stamps(const EventView& view, Arrival& arrival) {
    const auto stamps = view.extension(extension::kDependsOn);
    if (!stamps) return;
    auto parsed = event::parse_depends_on(*stamps);
    if (!parsed) {
        arrival.invalid = parsed.error().message;
        return;
    }
    for (event::Stamp& stamp : parsed.value()) {
        arrival.needs.emplace_back(sequence::NeedNumber{std::move(stamp.source), stamp.number});
    }
}

void fill_whole(
    const DomainPlan& plan,
    const ChannelPlan& channel,
    const EventView& view,
    Arrival& arrival,
    std::string& warning
) {
    read_stamps(view, arrival);
    arrival.content_hash =
        hash64({view.id(), view.type(), view.data().value_or(std::string_view{})});
    const TypePlan* type = plan.type(view.type());
    if (type == nullptr) return;
    add_plain_rules(*type, arrival);
    add_rules_by_value(*type, view, arrival);
    arrival.ordered_by_rule = !type->needs.empty();
    arrival.closes = type->closes;
    if (channel.checking == Checking::kOff || !plan.check) return;
    std::string broken = plan.check(view.type(), arrival.record);
    if (broken.empty()) return;
    if (channel.checking == Checking::kWarn) {
        warning = std::move(broken);
    } else if (arrival.invalid.empty()) {
        arrival.invalid = std::move(broken);
    }
}

/// What says otherwise where its event is, or what the contract reads it from, as the event in
/// headers; as it was if there is none.
Status make_binary(
    const DomainPlan& plan,
    const ChannelPlan& channel,
    const sequence::Origin& origin,
    Record& record
) {
    if (event::mode_of(record) == event::ContentMode::kStructured) {
        auto binary = event::to_binary(record, plan.limits);
        if (!binary) return binary.error();
        record = std::move(binary.value());
    } else if (channel.plain) {
        const Status made =
            make_event(*channel.plain, plan.limits, origin.partition, origin.offset, record);
        if (!made) return Error{made.error().code, "plain record: " + made.error().message};
    }
    return ok();
}

}  // namespace

Classified classify(
    const DomainPlan& plan,
    const ChannelPlan& channel,
    Record record,
    sequence::Origin origin,
    Depth depth
) {
    Arrival arrival;
    arrival.record = std::move(record);
    const auto aside = [&](std::string reason) {
        return Classified{Unreadable{std::move(reason), std::move(arrival.record)}, {}};
    };
    auto view = EventView::of(arrival.record);
    if (!view) {
        if (event::is_tombstone(arrival.record)) return {TombstoneRecord{}, {}};
        const Status made = make_binary(plan, channel, origin, arrival.record);
        if (!made) return aside(made.error().message);
        view = EventView::of(arrival.record);
    }
    if (!view)
        return aside(
            "no CloudEvents event: neither ce_ headers nor a structured value, and the "
            "channel has no `plain` that says how to read it"
        );
    if (view->subject().empty())
        return aside("no `subject`: it cannot be said what it happened to");
    if (view->source().empty() || view->id().empty() || view->type().empty()) {
        return aside("`id`, `source` or `type` is missing");
    }
    if (channel.others_are_foreign && plan.type(view->type()) == nullptr) return {Foreign{}, {}};
    if (std::string reason = read_number(*view, arrival); !reason.empty()) {
        return aside(fmt::format("sourcesequence: {}", reason));
    }
    arrival.subject = view->subject();
    arrival.source = view->source();
    arrival.id = view->id();
    arrival.type = view->type();
    arrival.origin = std::move(origin);
    Classified classified;
    if (depth == Depth::kWhole) {
        fill_whole(plan, channel, *view, arrival, classified.warning);
    }
    classified.what = std::move(arrival);
    return classified;
}

}  // namespace sluice::runtime
