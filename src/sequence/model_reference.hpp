#pragma once

#include "sequence/arrival.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace sluice::sequence::test {

/// What the sequencer promises, said the slow way: look at everything again after each release.
class Reference {
public:
    std::vector<Arrival> released;
    std::vector<Arrival> waiting;  ///< in the order of arrival
    std::vector<Arrival> conflicts;
    std::size_t duplicates{0};

    void offer(const Arrival& arrival) {
        if (std::find(conflicts.begin(), conflicts.end(), arrival) != conflicts.end() ||
            is_there(arrival, /*same_content=*/true)) {
            ++duplicates;
            return;
        }
        if (is_there(arrival, /*same_content=*/false)) {
            conflicts.push_back(arrival);
            return;
        }
        waiting.push_back(arrival);
        while (conflicts.empty() && release_one()) {
        }
    }

private:
    bool is_there(const Arrival& arrival, bool same_content) const {
        auto clashes = [&](const Arrival& other) {
            if (other.source != arrival.source) return false;
            const bool same_place = arrival.number.has_value() ? other.number == arrival.number
                                                               : other.id == arrival.id;
            if (same_content) return same_place && other.content_hash == arrival.content_hash;
            return same_place || other.id == arrival.id;
        };
        return std::any_of(released.begin(), released.end(), clashes) ||
               std::any_of(waiting.begin(), waiting.end(), clashes);
    }

    bool release_one() {
        for (std::size_t at = 0; at < waiting.size(); ++at) {
            if (!goes(at)) continue;
            released.push_back(waiting[at]);
            waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(at));
            return true;
        }
        return false;
    }

    bool goes(std::size_t at) const {
        const Arrival& event = waiting[at];
        if (event.number.has_value() && !reached(event.source, event.number->value - 1))
            return false;
        for (const Need& need : event.needs) {
            if (unmet(need, at)) return false;
        }
        for (std::size_t before = 0; before < at; ++before) {
            if (behind(at, before) && !waits_for(before, at)) return false;
        }
        return true;
    }

    bool reached(const std::string& source, std::uint64_t number) const {
        return number == 0 ||
               std::any_of(released.begin(), released.end(), [&](const Arrival& one) {
                   return one.source == source && one.number == SourceNumber{number};
               });
    }

    static bool carries(const Arrival& event, const NeedMark& need) {
        return std::find_first_of(
                   event.marks.begin(), event.marks.end(), need.any_of.begin(), need.any_of.end()
               ) != event.marks.end();
    }

    bool unmet(const Need& need, std::size_t asker) const {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            return !reached(number->source, number->number.value);
        }
        const auto& marks = std::get<NeedMark>(need);
        auto carrier = [&](const Arrival& one) { return carries(one, marks); };
        if (std::any_of(released.begin(), released.end(), carrier)) return false;
        if (!marks.if_seen) return true;
        for (std::size_t at = 0; at < waiting.size(); ++at) {
            if (at != asker && carrier(waiting[at])) return true;
        }
        return false;
    }

    bool behind(std::size_t later, std::size_t earlier) const {
        const Arrival& a = waiting[later];
        const Arrival& b = waiting[earlier];
        return earlier < later && !a.number.has_value() && !a.ordered_by_rule &&
               !b.number.has_value() && a.origin.channel == b.origin.channel &&
               a.origin.partition == b.origin.partition;
    }

    bool wants_mark_of(std::size_t asker, std::size_t other) const {
        if (asker == other) return false;
        return std::any_of(
            waiting[asker].needs.begin(),
            waiting[asker].needs.end(),
            [&](const Need& need) {
                const auto* marks = std::get_if<NeedMark>(&need);
                return marks != nullptr && unmet(need, asker) && carries(waiting[other], *marks);
            }
        );
    }

    bool wants_number_of(std::size_t asker, std::size_t other) const {
        const Arrival& a = waiting[asker];
        const Arrival& b = waiting[other];
        if (!b.number.has_value()) return false;
        if (a.source == b.source && a.number > b.number) return true;
        return std::any_of(a.needs.begin(), a.needs.end(), [&](const Need& need) {
            const auto* number = std::get_if<NeedNumber>(&need);
            return number != nullptr && number->source == b.source && number->number >= *b.number;
        });
    }

    /// Does `from` wait, through any chain, for an event that wants a mark of `target`?
    bool waits_for(std::size_t from, std::size_t target) const {
        std::set<std::size_t> seen{from};
        std::vector<std::size_t> open{from};
        while (!open.empty()) {
            const std::size_t asker = open.back();
            open.pop_back();
            if (wants_mark_of(asker, target)) return true;
            for (std::size_t other = 0; other < waiting.size(); ++other) {
                const bool waits = wants_mark_of(asker, other) || wants_number_of(asker, other) ||
                                   behind(asker, other);
                if (waits && seen.insert(other).second) open.push_back(other);
            }
        }
        return false;
    }
};

}  // namespace sluice::sequence::test
