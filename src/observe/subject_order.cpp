#include "observe/subject_order.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace sluice::observe {

namespace {

class Analysis {
public:
    Analysis(
        std::span<const Glimpse> events,
        std::span<const Extra> extras,
        std::span<const Milliseconds> lags
    )
        : events_{events},
          extras_{extras},
          lags_{lags} {
        find_distinct();
        find_marks();
    }

    [[nodiscard]] SubjectOrder result() {
        by_number();
        for (const std::size_t event : distinct_) {
            if (events_[event].extra == Glimpse::kNone) continue;
            const Extra& extra = extras_[events_[event].extra];
            for (const Extra::Stamp& stamp : extra.stamps) by_stamp(event, stamp);
            for (const sequence::NeedMark& need : extra.needs) by_rule(event, need);
        }
        auto& related = order_.related;
        std::sort(related.begin(), related.end());
        related.erase(std::unique(related.begin(), related.end()), related.end());
        return std::move(order_);
    }

private:
    using Identity = std::tuple<std::uint32_t, bool, std::uint64_t>;

    static Identity identity(const Glimpse& event) {
        return {event.source, event.numbered, event.key};
    }

    [[nodiscard]] Instant seen(std::size_t event) const {
        return events_[event].at + lags_[events_[event].channel];
    }

    /// Whether a consumer surely met `a` before `b`: at the same moment only a partition has an
    /// order.
    [[nodiscard]] bool before(std::size_t a, std::size_t b) const {
        const Glimpse& one = events_[a];
        const Glimpse& other = events_[b];
        if (one.channel == other.channel && one.partition == other.partition) return a < b;
        return seen(a) < seen(b);
    }

    /// Of an event that came twice, the one that was met first.
    void find_distinct() {
        std::map<Identity, std::size_t> first;
        for (std::size_t event = 0; event < events_.size(); ++event) {
            const auto [known, is_new] = first.emplace(identity(events_[event]), event);
            if (!is_new && before(event, known->second)) known->second = event;
        }
        for (const auto& [key, event] : first)
            distinct_.push_back(event);  // numbers of a source ascend
    }

    void find_marks() {
        for (const std::size_t event : distinct_) {
            if (events_[event].extra == Glimpse::kNone) continue;
            for (const sequence::Mark mark : extras_[events_[event].extra].marks) {
                const auto [known, is_new] = by_mark_.emplace(mark, event);
                if (!is_new && before(event, known->second)) known->second = event;
            }
        }
    }

    /// `first` belongs in front of `then`.
    void judge(std::size_t first, std::size_t then) {
        order_.related.push_back({events_[first].channel, events_[then].channel});
        if (!before(then, first)) return;
        order_.inversions.push_back(
            {first, then, std::max(seen(first) - seen(then), Milliseconds{0})}
        );
    }

    void by_number() {
        // Of lower numbers. By partition, too: two that are met at the same moment are in no order
        // with each other, and an event may still be met before one of them.
        std::map<std::pair<std::uint16_t, std::uint16_t>, std::size_t> latest;
        std::optional<std::uint32_t> source;
        for (const std::size_t event : distinct_) {
            const Glimpse& one = events_[event];
            if (!one.numbered) continue;
            if (source != one.source) {
                latest.clear();
                source = one.source;
                order_.begins_before |= one.key > 1;
            }
            for (const auto& [place, lower] : latest) judge(lower, event);
            const auto [known, is_new] =
                latest.emplace(std::pair{one.channel, one.partition}, event);
            if (!is_new && before(known->second, event)) known->second = event;
        }
    }

    void by_stamp(std::size_t event, const Extra::Stamp& stamp) {
        const Identity wanted{stamp.source, true, stamp.number};
        const auto found = std::lower_bound(
            distinct_.begin(),
            distinct_.end(),
            wanted,
            [this](std::size_t one, const Identity& key) { return identity(events_[one]) < key; }
        );
        if (found == distinct_.end() || identity(events_[*found]) != wanted) {
            order_.begins_before = true;
            return;
        }
        judge(*found, event);
    }

    void by_rule(std::size_t event, const sequence::NeedMark& need) {
        std::optional<std::size_t> earliest;
        for (const sequence::Mark mark : need.any_of) {
            const auto found = by_mark_.find(mark);
            if (found == by_mark_.end()) continue;
            if (!earliest || before(found->second, *earliest)) earliest = found->second;
        }
        if (earliest && *earliest != event) return judge(*earliest, event);
        order_.begins_before |= !earliest && !need.if_seen;
    }

    std::span<const Glimpse> events_;
    std::span<const Extra> extras_;
    std::span<const Milliseconds> lags_;
    std::vector<std::size_t> distinct_;  ///< by source, then number
    std::map<sequence::Mark, std::size_t> by_mark_;
    SubjectOrder order_;
};

}  // namespace

SubjectOrder order_of(
    std::span<const Glimpse> events,
    std::span<const Extra> extras,
    std::span<const Milliseconds> lags
) {
    return Analysis{events, extras, lags}.result();
}

}  // namespace sluice::observe
