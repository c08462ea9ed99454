#include "runtime/classify.hpp"

#include <sluice/event.hpp>

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "event/stamp.hpp"
#include "event/view.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

using event::EventView;
using sequence::Arrival;

/// The value at a JSON pointer, as text that is the same for the same value; nothing if there is
/// none.
std::optional<std::string> value_at(const nlohmann::json& payload, const std::string& pointer) {
    if (payload.is_discarded()) return std::nullopt;
    try {
        const auto& value = payload.at(nlohmann::json::json_pointer{pointer});
        return value.is_string() ? value.get<std::string>() : value.dump();
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

nlohmann::json parse_payload(const EventView& view) {
    const auto data = view.data();
    if (!data) return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(data->begin(), data->end(), nullptr, /*allow_exceptions=*/false);
}

void add_plain_rules(const TypePlan& type, Arrival& arrival) {
    for (const NeedPlan& need : type.needs) {
        if (need.pointer.empty()) {
            arrival.needs.emplace_back(sequence::NeedMark{need.marks, need.wanted, need.if_seen});
        }
    }
    arrival.marks = type.marks;
}

void add_rules_by_value(const TypePlan& type, const EventView& view, Arrival& arrival) {
    const nlohmann::json payload = parse_payload(view);
    for (const NeedPlan& need : type.needs) {
        if (need.pointer.empty()) continue;
        const auto value = value_at(payload, need.pointer);
        if (!value) {
            if (arrival.invalid.empty()) {
                arrival.invalid =
                    fmt::format("{}: nothing there, but a rule asks for it", need.pointer);
            }
            continue;
        }
        sequence::NeedMark mark{{}, need.wanted, need.if_seen};
        for (const std::string& wanted : need.types) {
            mark.any_of.push_back(sequence::mark_of(wanted, need.pointer, *value));
        }
        arrival.needs.emplace_back(std::move(mark));
    }
    for (const std::string& pointer : type.pointers) {
        if (const auto value = value_at(payload, pointer)) {
            arrival.marks.push_back(sequence::mark_of(arrival.type, pointer, *value));
        }
    }
}

/// The number and the stamps; what cannot be read is answered as a reason.
std::string read_numbers(const EventView& view, Arrival& arrival) {
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
    if (type->reads_payload()) add_rules_by_value(*type, view, arrival);
    arrival.ordered_by_rule = !type->needs.empty();
    arrival.closes = type->closes;
    if (channel.checking == Checking::kOff || !plan.check) return;
    std::string broken = plan.check(channel, view.type(), arrival.record);
    if (broken.empty()) return;
    if (channel.checking == Checking::kWarn) {
        warning = std::move(broken);
    } else if (arrival.invalid.empty()) {
        arrival.invalid = std::move(broken);
    }
}

}  // namespace

Classified classify(
    const DomainPlan& plan,
    const ChannelPlan& channel,
    Record record,
    sequence::Origin origin,
    Depth depth
) {
    if (event::is_tombstone(record)) return {TombstoneRecord{}, {}};
    if (event::mode_of(record) == event::ContentMode::kStructured) {
        auto binary = event::to_binary(record, plan.limits);
        if (!binary) return {Unreadable{binary.error().message, std::move(record)}, {}};
        record = std::move(binary.value());
    }
    Arrival arrival;
    arrival.record = std::move(record);
    const auto view = EventView::of(arrival.record);
    const auto aside = [&](std::string reason) {
        return Classified{Unreadable{std::move(reason), std::move(arrival.record)}, {}};
    };
    if (!view) return aside("no CloudEvents event: neither ce_ headers nor a structured value");
    if (view->subject().empty())
        return aside("no `subject`: it cannot be said what it happened to");
    if (view->source().empty() || view->id().empty() || view->type().empty()) {
        return aside("`id`, `source` or `type` is missing");
    }
    if (channel.others_are_foreign && plan.type(view->type()) == nullptr) return {Foreign{}, {}};
    if (std::string reason = read_numbers(*view, arrival); !reason.empty()) {
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
