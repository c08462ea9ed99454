#include "sequence/waiting_room.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace sluice::sequence {

namespace {

using MarkIndex = std::set<std::pair<Mark, ArrivalOrder>>;

MarkIndex::const_iterator first_of(const MarkIndex& index, Mark mark) {
    return index.lower_bound({mark, 0});
}

bool has(const MarkIndex& index, Mark mark) {
    auto at = first_of(index, mark);
    return at != index.end() && at->first == mark;
}

WaitingRoom::Orders orders_of(const MarkIndex& index, Mark mark) {
    WaitingRoom::Orders orders;
    for (auto at = first_of(index, mark); at != index.end() && at->first == mark; ++at) {
        orders.push_back(at->second);
    }
    return orders;
}

}  // namespace

bool WaitingRoom::accepts(const WaitingEvent& event) const {
    const Arrival& arrival = event.arrival;
    return find(event.order) == nullptr &&
           (!arrival.number.has_value() || numbered(arrival.source, *arrival.number) == nullptr);
}

void WaitingRoom::add(WaitingEvent event) {
    SLUICE_ASSERT(accepts(event));  // a second one would have been a duplicate or a conflict
    index(*events_.insert(std::move(event)).first);
}

WaitingEvent WaitingRoom::take(ArrivalOrder order) {
    auto at = events_.find(order);
    SLUICE_ASSERT(at != events_.end());
    unindex(*at);
    return std::move(events_.extract(at).value());
}

void WaitingRoom::index(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    bytes_ += arrival.size_bytes();
    auto load = load_of(arrival.source);
    if (load == loads_.end() || load->source != arrival.source) {
        load = loads_.insert(load, SourceLoad{arrival.source, 0, 0});
    }
    ++load->events;
    load->bytes += arrival.size_bytes();
    by_id_.emplace(id_hash(arrival), event.order);
    if (arrival.number.has_value()) {
        by_number_.emplace(NumberKey{arrival.source, *arrival.number}, event.order);
    } else {
        Lane& lane = lanes_[{arrival.origin.channel, arrival.origin.partition}];
        lane.all.insert(event.order);
        if (arrival.bound_by_channel()) lane.bound.insert(event.order);
    }
    for (const Mark mark : arrival.marks) {
        carried_marks_.emplace(mark, event.order);
        if (!arrival.bound_by_channel()) continue;
        bound_marks_.emplace(mark, event.order);
        update_contested(mark);
    }
    index_needs(event);
}

void WaitingRoom::unindex(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    bytes_ -= arrival.size_bytes();
    const auto load = load_of(arrival.source);
    load->bytes -= arrival.size_bytes();
    if (--load->events == 0) loads_.erase(load);
    by_id_.erase(id_hash(arrival));
    if (arrival.number.has_value()) {
        by_number_.erase(NumberKey{arrival.source, *arrival.number});
    } else {
        auto lane = lanes_.find({arrival.origin.channel, arrival.origin.partition});
        lane->second.all.erase(event.order);
        lane->second.bound.erase(event.order);
        if (lane->second.all.empty()) lanes_.erase(lane);
    }
    for (const Mark mark : arrival.marks) {
        carried_marks_.erase({mark, event.order});
        if (bound_marks_.erase({mark, event.order}) != 0) update_contested(mark);
    }
    unindex_needs(event);
}

/// Where it stands, or would.
std::vector<SourceLoad>::iterator WaitingRoom::load_of(const std::string& source) {
    return std::lower_bound(
        loads_.begin(),
        loads_.end(),
        source,
        [](const SourceLoad& one, const std::string& name) { return one.source < name; }
    );
}

void WaitingRoom::index_needs(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    if (arrival.number.has_value()) {
        const SourceNumber before{arrival.number->value - 1};
        wanted_numbers_.emplace(NumberKey{arrival.source, before}, event.order);
    }
    for (const Need& need : arrival.needs) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            wanted_numbers_.emplace(NumberKey{number->source, number->number}, event.order);
            continue;
        }
        for (const Mark mark : std::get<NeedMark>(need).any_of) {
            wanted_marks_.emplace(mark, event.order);
            update_contested(mark);
        }
    }
}

void WaitingRoom::unindex_needs(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    if (arrival.number.has_value()) {
        const SourceNumber before{arrival.number->value - 1};
        wanted_numbers_.erase({NumberKey{arrival.source, before}, event.order});
    }
    for (const Need& need : arrival.needs) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            wanted_numbers_.erase({NumberKey{number->source, number->number}, event.order});
            continue;
        }
        for (const Mark mark : std::get<NeedMark>(need).any_of) {
            wanted_marks_.erase({mark, event.order});
            update_contested(mark);
        }
    }
}

void WaitingRoom::update_contested(Mark mark) {
    if (has(wanted_marks_, mark) && has(bound_marks_, mark)) {
        contested_.insert(mark);
    } else {
        contested_.erase(mark);
    }
}

const WaitingEvent* WaitingRoom::find(ArrivalOrder order) const {
    auto at = events_.find(order);
    return at == events_.end() ? nullptr : &*at;
}

const WaitingEvent* WaitingRoom::numbered(const std::string& source, SourceNumber number) const {
    if (by_number_.empty()) return nullptr;
    auto at = by_number_.find(NumberKey{source, number});
    return at == by_number_.end() ? nullptr : find(at->second);
}

const WaitingEvent* WaitingRoom::with_id(std::uint64_t id_hash) const {
    auto at = by_id_.find(id_hash);
    return at == by_id_.end() ? nullptr : find(at->second);
}

const WaitingEvent* WaitingRoom::at_or_below(const std::string& source, SourceNumber number) const {
    auto after = by_number_.upper_bound(NumberKey{source, number});
    if (after == by_number_.begin()) return nullptr;
    const auto at = std::prev(after);
    return at->first.first == source ? find(at->second) : nullptr;
}

const WaitingEvent* WaitingRoom::above(const std::string& source, SourceNumber number) const {
    auto at = by_number_.upper_bound(NumberKey{source, number});
    if (at == by_number_.end() || at->first.first != source) return nullptr;
    return find(at->second);
}

WaitingRoom::Orders WaitingRoom::wanting(
    const std::string& source, SourceNumber from, SourceNumber to
) const {
    Orders orders;
    auto at = wanted_numbers_.lower_bound({NumberKey{source, from}, 0});
    for (; at != wanted_numbers_.end() && at->first <= NumberKey{source, to}; ++at) {
        orders.push_back(at->second);
    }
    return orders;
}

WaitingRoom::Orders WaitingRoom::wanting(Mark mark) const {
    return orders_of(wanted_marks_, mark);
}

bool WaitingRoom::is_wanted(const std::string& source, SourceNumber from) const {
    auto at = wanted_numbers_.lower_bound({NumberKey{source, from}, 0});
    return at != wanted_numbers_.end() && at->first.first == source;
}

bool WaitingRoom::carried(Mark mark, ArrivalOrder except) const {
    auto at = first_of(carried_marks_, mark);
    if (at != carried_marks_.end() && *at == std::pair{mark, except}) ++at;
    return at != carried_marks_.end() && at->first == mark;
}

const WaitingRoom::Lane* WaitingRoom::lane(const Origin& origin) const {
    if (lanes_.empty()) return nullptr;
    auto at = lanes_.find({origin.channel, origin.partition});
    return at == lanes_.end() ? nullptr : &at->second;
}

}  // namespace sluice::sequence
