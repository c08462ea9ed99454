#include "sequence/waiting_room.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

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

const WaitingRoom::Content& WaitingRoom::nothing() {
    static const Content kNothing;
    return kNothing;
}

bool WaitingRoom::accepts(const WaitingEvent& event) const {
    const Arrival& arrival = event.arrival;
    return find(event.order) == nullptr && with_id(id_hash(arrival)) == nullptr &&
           (!arrival.number.has_value() || numbered(arrival.source, *arrival.number) == nullptr);
}

void WaitingRoom::add(WaitingEvent event) {
    SLUICE_ASSERT(accepts(event));  // a second one would have been a duplicate or a conflict
    if (!content_) content_ = Content{};
    content_->added.push_back(event.order);
    content_->index(*content_->events.insert(std::move(event)).first);
}

WaitingEvent WaitingRoom::take(ArrivalOrder order) {
    SLUICE_ASSERT(is_read());
    auto at = content_->events.find(order);
    SLUICE_ASSERT(at != content_->events.end());
    content_->unindex(*at);
    const Arrival& arrival = at->arrival;
    content_->gone.push_back({order, id_hash(arrival), arrival.source, arrival.number});
    return std::move(content_->events.extract(at).value());
}

WaitingRoom::Changes WaitingRoom::take_changes() {
    Changes changes;
    if (unread_) {
        auto& joined = unread_->joined;
        for (std::size_t& at = unread_->told; at < joined.size(); ++at) {
            changes.came.push_back(&joined[at]);
        }
        return changes;
    }
    if (!content_) return changes;
    Orders added = std::exchange(content_->added, {});
    std::sort(added.begin(), added.end());
    added.erase(std::unique(added.begin(), added.end()), added.end());
    for (const ArrivalOrder order : added) {
        if (const WaitingEvent* event = find(order); event != nullptr) {
            changes.came.push_back(event);
        }
    }
    changes.gone = std::exchange(content_->gone, {});
    if (content_->events.empty()) content_.reset();
    return changes;
}

WaitingRoom WaitingRoom::unread(SourceLoads loads, bool has_bound) {
    SLUICE_ASSERT(loads.events() > 0);
    WaitingRoom room;
    room.unread_ = Unread{std::move(loads), has_bound, {}, 0};
    return room;
}

void WaitingRoom::join(WaitingEvent event) {
    SLUICE_ASSERT(!is_read());
    unread_->loads.add(event.arrival.source, event.arrival.size_bytes());
    if (event.arrival.bound_by_channel()) unread_->has_bound = true;
    unread_->joined.push_back(std::move(event));
}

const std::vector<WaitingEvent>& WaitingRoom::joined() const {
    static const std::vector<WaitingEvent> kNone;
    return unread_ ? unread_->joined : kNone;
}

void WaitingRoom::forget_joined() {
    if (!unread_) return;
    SLUICE_ASSERT(unread_->told == unread_->joined.size());  // else it would be lost
    unread_->joined = {};
    unread_->told = 0;
}

bool WaitingRoom::read(std::vector<WaitingEvent> events) {
    SLUICE_ASSERT(!is_read());
    Unread before = std::move(*unread_);
    unread_.reset();
    for (WaitingEvent& event : events) {
        if (!accepts(event)) return false;
        add(std::move(event));
    }
    content_ ? content_->added.clear() : void();
    for (WaitingEvent& event : before.joined) {
        if (!accepts(event)) return false;
        add(std::move(event));
    }
    return loads() == before.loads && has_bound() == before.has_bound;
}

void WaitingRoom::Content::index(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    loads.add(arrival.source, arrival.size_bytes());
    if (arrival.bound_by_channel()) ++bound;
    by_id.emplace(id_hash(arrival), event.order);
    if (arrival.number.has_value()) {
        by_number.emplace(NumberKey{arrival.source, *arrival.number}, event.order);
    } else {
        Lane& lane = lanes[{arrival.origin.channel, arrival.origin.partition}];
        lane.all.insert(event.order);
        if (arrival.bound_by_channel()) lane.bound.insert(event.order);
    }
    for (const Mark mark : arrival.marks) {
        carried_marks.emplace(mark, event.order);
        if (!arrival.bound_by_channel()) continue;
        bound_marks.emplace(mark, event.order);
        update_contested(mark);
    }
    index_needs(event);
}

void WaitingRoom::Content::unindex(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    loads.remove(arrival.source, arrival.size_bytes());
    if (arrival.bound_by_channel()) --bound;
    by_id.erase(id_hash(arrival));
    if (arrival.number.has_value()) {
        by_number.erase(NumberKey{arrival.source, *arrival.number});
    } else {
        auto lane = lanes.find({arrival.origin.channel, arrival.origin.partition});
        lane->second.all.erase(event.order);
        lane->second.bound.erase(event.order);
        if (lane->second.all.empty()) lanes.erase(lane);
    }
    for (const Mark mark : arrival.marks) {
        carried_marks.erase({mark, event.order});
        if (bound_marks.erase({mark, event.order}) != 0) update_contested(mark);
    }
    unindex_needs(event);
}

void WaitingRoom::Content::index_needs(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    if (arrival.number.has_value()) {
        const SourceNumber before{arrival.number->value - 1};
        wanted_numbers.emplace(NumberKey{arrival.source, before}, event.order);
    }
    for (const Need& need : arrival.needs) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            wanted_numbers.emplace(NumberKey{number->source, number->number}, event.order);
            continue;
        }
        for (const Mark mark : std::get<NeedMark>(need).any_of) {
            wanted_marks.emplace(mark, event.order);
            update_contested(mark);
        }
    }
}

void WaitingRoom::Content::unindex_needs(const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    if (arrival.number.has_value()) {
        const SourceNumber before{arrival.number->value - 1};
        wanted_numbers.erase({NumberKey{arrival.source, before}, event.order});
    }
    for (const Need& need : arrival.needs) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            wanted_numbers.erase({NumberKey{number->source, number->number}, event.order});
            continue;
        }
        for (const Mark mark : std::get<NeedMark>(need).any_of) {
            wanted_marks.erase({mark, event.order});
            update_contested(mark);
        }
    }
}

void WaitingRoom::Content::update_contested(Mark mark) {
    if (has(wanted_marks, mark) && has(bound_marks, mark)) {
        contested.insert(mark);
    } else {
        contested.erase(mark);
    }
}

const WaitingEvent* WaitingRoom::find(ArrivalOrder order) const {
    auto at = content().events.find(order);
    return at == content().events.end() ? nullptr : &*at;
}

const WaitingEvent* WaitingRoom::numbered(const std::string& source, SourceNumber number) const {
    if (content().by_number.empty()) return nullptr;
    auto at = content().by_number.find(NumberKey{source, number});
    return at == content().by_number.end() ? nullptr : find(at->second);
}

const WaitingEvent* WaitingRoom::with_id(std::uint64_t id_hash) const {
    auto at = content().by_id.find(id_hash);
    return at == content().by_id.end() ? nullptr : find(at->second);
}

const WaitingEvent* WaitingRoom::at_or_below(const std::string& source, SourceNumber number) const {
    auto after = content().by_number.upper_bound(NumberKey{source, number});
    if (after == content().by_number.begin()) return nullptr;
    const auto at = std::prev(after);
    return at->first.first == source ? find(at->second) : nullptr;
}

const WaitingEvent* WaitingRoom::above(const std::string& source, SourceNumber number) const {
    auto at = content().by_number.upper_bound(NumberKey{source, number});
    if (at == content().by_number.end() || at->first.first != source) return nullptr;
    return find(at->second);
}

WaitingRoom::Orders WaitingRoom::wanting(
    const std::string& source, SourceNumber from, SourceNumber to
) const {
    Orders orders;
    auto at = content().wanted_numbers.lower_bound({NumberKey{source, from}, 0});
    for (; at != content().wanted_numbers.end() && at->first <= NumberKey{source, to}; ++at) {
        orders.push_back(at->second);
    }
    return orders;
}

WaitingRoom::Orders WaitingRoom::wanting(Mark mark) const {
    return orders_of(content().wanted_marks, mark);
}

bool WaitingRoom::is_wanted(const std::string& source, SourceNumber from) const {
    auto at = content().wanted_numbers.lower_bound({NumberKey{source, from}, 0});
    return at != content().wanted_numbers.end() && at->first.first == source;
}

bool WaitingRoom::carried(Mark mark, ArrivalOrder except) const {
    auto at = first_of(content().carried_marks, mark);
    if (at != content().carried_marks.end() && *at == std::pair{mark, except}) ++at;
    return at != content().carried_marks.end() && at->first == mark;
}

const WaitingRoom::Lane* WaitingRoom::lane(const Origin& origin) const {
    if (content().lanes.empty()) return nullptr;
    auto at = content().lanes.find({origin.channel, origin.partition});
    return at == content().lanes.end() ? nullptr : &at->second;
}

}  // namespace sluice::sequence
