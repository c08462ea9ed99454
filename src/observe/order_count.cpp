#include "observe/order_count.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace sluice::observe {

namespace {

constexpr std::size_t kChannelsMax = 0xFFFF;

/// What one subject adds to the pairs; every subject counts once in each.
class Ledger {
public:
    explicit Ledger(const std::vector<Watched>& channels) : channels_{channels} {}

    /// `tally` picks which side of a pair, and `whole` which sum, the inversions count for.
    void add(const SubjectOrder& order, Tally Pair::*tally, Tally& whole) {
        std::map<Related, std::set<std::size_t>> events;
        std::set<std::size_t> all;
        for (const Inversion& inversion : order.inversions) {
            const Related key{channel_of_(inversion.first), channel_of_(inversion.then)};
            events[key].insert(inversion.then);
            all.insert(inversion.then);
        }
        for (const auto& [key, early] : events) {
            ++(pair(key).*tally).subjects;
            (pair(key).*tally).events += early.size();
        }
        if (!all.empty()) ++whole.subjects;
        whole.events += all.size();
    }

    void relate(const SubjectOrder& order) {
        for (const Related& key : order.related) ++pair(key).subjects;
    }

    void look_at(const std::vector<Glimpse>& events) {
        channel_of_ = [&events](std::size_t event) { return events[event].channel; };
    }

    [[nodiscard]] std::vector<Pair> pairs() const {
        std::vector<Pair> all;
        for (const auto& [key, pair] : pairs_) all.push_back(pair);
        std::stable_sort(all.begin(), all.end(), [](const Pair& a, const Pair& b) {
            return std::pair{a.lagging.subjects, a.now.subjects} >
                   std::pair{b.lagging.subjects, b.now.subjects};
        });
        return all;
    }

private:
    Pair& pair(const Related& key) {
        Pair& pair = pairs_[key];
        if (pair.first.empty()) {
            pair.first = channels_[key.first].topic;
            pair.then = channels_[key.then].topic;
        }
        return pair;
    }

    const std::vector<Watched>& channels_;
    std::function<std::uint16_t(std::size_t)> channel_of_;
    std::map<Related, Pair> pairs_;
};

}  // namespace

OrderCount::OrderCount(std::vector<Watched> channels, std::size_t events_max)
    : channels_{std::move(channels)},
      events_max_{std::min<std::size_t>(events_max, Glimpse::kNone)} {
    SLUICE_ASSERT(channels_.size() <= kChannelsMax);
}

std::uint32_t OrderCount::source_index(const std::string& source) {
    return sources_.emplace(source, static_cast<std::uint32_t>(sources_.size())).first->second;
}

std::uint32_t OrderCount::extra_of(const sequence::Arrival& event) {
    if (event.needs.empty() && event.marks.empty()) return Glimpse::kNone;
    Extra extra;
    for (const sequence::Need& need : event.needs) {
        if (const auto* stamp = std::get_if<sequence::NeedNumber>(&need)) {
            extra.stamps.push_back({source_index(stamp->source), stamp->number.value});
        } else {
            extra.needs.push_back(std::get<sequence::NeedMark>(need));
            extra.needs.back().wanted.clear();
        }
    }
    extra.marks = event.marks;
    extras_.push_back(std::move(extra));
    return static_cast<std::uint32_t>(extras_.size() - 1);
}

/// Clocks of producers go astray; a partition is read in its order all the same.
Instant OrderCount::in_order(std::size_t channel, PartitionId partition, Instant at) {
    Instant& reached = reached_.emplace(channel << 32 | partition.value, at).first->second;
    reached = std::max(reached, at);
    return reached;
}

bool OrderCount::add(std::size_t channel, Instant at, const sequence::Arrival& event) {
    SLUICE_ASSERT(channel < channels_.size());
    if (events_ == events_max_) return false;
    ++events_;
    Glimpse glimpse;
    glimpse.at = in_order(channel, event.origin.partition, at);
    glimpse.channel = static_cast<std::uint16_t>(channel);
    glimpse.partition = static_cast<std::uint16_t>(event.origin.partition.value);
    glimpse.source = source_index(event.source);
    glimpse.numbered = event.number.has_value();
    glimpse.key = event.number ? event.number->value : sequence::id_hash(event);
    glimpse.extra = extra_of(event);
    subjects_[event.subject].push_back(glimpse);
    return true;
}

Counts OrderCount::counts(std::size_t worst_max) const {
    Counts counts;
    counts.events = events_;
    counts.subjects = subjects_.size();
    std::vector<Milliseconds> lags;
    for (const Watched& channel : channels_) lags.push_back(channel.lag);
    const std::vector<Milliseconds> none(channels_.size(), Milliseconds{0});
    Ledger ledger{channels_};
    for (const auto& [subject, events] : subjects_) {
        const SubjectOrder now = order_of(events, extras_, none);
        const SubjectOrder lagging = order_of(events, extras_, lags);
        ledger.look_at(events);
        ledger.relate(now);
        ledger.add(now, &Pair::now, counts.now);
        ledger.add(lagging, &Pair::lagging, counts.lagging);
        if (now.begins_before) ++counts.begin_before;
        const auto& wrong = lagging.inversions;
        const auto worst =
            std::max_element(wrong.begin(), wrong.end(), [](const auto& a, const auto& b) {
                return a.early < b.early;
            });
        if (worst == wrong.end()) continue;
        std::set<std::size_t> early;
        for (const Inversion& one : wrong) early.insert(one.then);
        counts.worst.push_back(
            {subject,
             channels_[events[worst->first].channel].topic,
             channels_[events[worst->then].channel].topic,
             worst->early,
             early.size()}
        );
        // A heap would do; twice as many and a cut now and then is as bounded, and plainer.
        if (counts.worst.size() >= 2 * worst_max + 64) cut(counts.worst, worst_max);
    }
    cut(counts.worst, worst_max);
    counts.pairs = ledger.pairs();
    return counts;
}

void OrderCount::cut(std::vector<Worst>& worst, std::size_t most) {
    std::sort(worst.begin(), worst.end(), [](const Worst& a, const Worst& b) {
        return a.early != b.early ? a.early > b.early : a.subject < b.subject;
    });
    if (worst.size() > most) worst.resize(most);
}

}  // namespace sluice::observe
