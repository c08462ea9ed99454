#include "sim/draw_events.hpp"

#include "sim/domain.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace sluice::sim {

namespace {

/// A subject as its producers know it.
struct Life {
    std::uint64_t a{0};
    std::uint64_t b{0};
    std::uint32_t notes{0};
    std::vector<std::uint32_t> undone;  ///< parcels that were sent
    bool closed{false};
};

class Producers {
public:
    Producers(Random& random, const Troubles& troubles) : random_{random}, troubles_{troubles} {}

    EventSpec next(std::uint32_t subject) {
        Life& life = lives_[subject];
        EventSpec event;
        event.subject = subject;
        event.kind = kind_of(life);
        switch (event.kind) {
            case Kind::kMade:
            case Kind::kChanged: event.number = ++life.a; break;
            case Kind::kClosed:
                event.number = ++life.a;
                life.closed = true;
                break;
            case Kind::kSent:
                event.number = ++life.b;
                event.parcel = static_cast<std::uint32_t>(life.b);
                if (life.a > 0 && random_.one_in(2)) event.stamp = life.a;
                life.undone.push_back(event.parcel);
                break;
            case Kind::kDone:
                event.parcel = life.undone.front();
                life.undone.erase(life.undone.begin());
                break;
            case Kind::kNoted: event.parcel = ++life.notes; break;
        }
        if (troubles_.invalid && random_.one_in(60)) event.invalid = true;
        if (troubles_.failures) event.verdict = verdict();
        return event;
    }

    /// A number far ahead, of nothing that happened.
    EventSpec lie(std::uint32_t subject) {
        EventSpec event;
        event.subject = subject;
        event.kind = Kind::kMade;
        event.number = 1'000'000 + random_.below(1'000'000);
        return event;
    }

private:
    Kind kind_of(const Life& life) {
        const std::uint32_t chance = random_.below(100);
        if (troubles_.closings && !life.closed && life.a > 1 && chance < 6) return Kind::kClosed;
        if (chance < 40) return Kind::kMade;
        if (chance < 55) return Kind::kChanged;
        if (chance < 75) return Kind::kSent;
        if (chance < 88 && !life.undone.empty()) return Kind::kDone;
        return Kind::kNoted;
    }

    Verdict verdict() {
        const std::uint32_t chance = random_.below(400);
        if (chance < 1) return Verdict::kDead;
        if (chance < 2) return Verdict::kRetryForEver;
        if (chance < 12) return Verdict::kRetryTwice;
        return Verdict::kDone;
    }

    Random& random_;
    const Troubles& troubles_;
    std::map<std::uint32_t, Life> lives_;
};

/// When each channel's records appear, beside when their events happened.
class Lags {
public:
    Lags(Random& random, const Troubles& troubles, std::size_t events) : random_{random} {
        for (const char* topic : {"shop.a", "shop.a2", "shop.b", "shop.c"}) {
            lag_[topic] = random.below(std::uint64_t{troubles.lag_max} + 1);
        }
        for (std::uint32_t i = 0; i < troubles.stops; ++i) {
            auto at = lag_.begin();
            std::advance(at, random.below(lag_.size()));
            const std::uint64_t from = random.below(events);
            stops_.push_back({at->first, from, from + random.below(events / 4 + 1)});
        }
    }

    std::uint64_t of(const log::PartitionRef& place, std::uint64_t happened_at) {
        std::uint64_t at = happened_at + random_.below(lag_[place.topic] + 1);
        for (const Stop& stop : stops_) {
            if (stop.topic == place.topic && at >= stop.from && at < stop.to) at = stop.to;
        }
        std::uint64_t& last = last_[place];
        last = std::max(last, at);
        return last;
    }

private:
    struct Stop {
        std::string topic;
        std::uint64_t from{};
        std::uint64_t to{};
    };

    Random& random_;
    std::map<std::string, std::uint64_t> lag_;
    std::map<log::PartitionRef, std::uint64_t> last_;
    std::vector<Stop> stops_;
};

}  // namespace

Troubles draw_troubles(Random& random) {
    Troubles troubles;
    troubles.losses = random.one_in(3);
    troubles.conflicts = random.one_in(4);
    troubles.closings = random.one_in(4);
    troubles.invalid = random.one_in(4);
    troubles.floods = random.one_in(6);
    troubles.failures = random.one_in(2);
    troubles.full_backlogs = troubles.failures && random.one_in(5);
    troubles.copies = random.one_in(4) ? 0 : random.between(3, 40);
    troubles.lag_max = random.one_in(4) ? random.between(0, 5) : random.between(10, 600);
    troubles.stops = random.below(4);
    return troubles;
}

std::vector<EventSpec> draw_events(Random& random, const Troubles& troubles, std::size_t count) {
    std::vector<EventSpec> events;
    events.reserve(count);
    Producers producers{random, troubles};
    // Subjects come and go: at any time some of a moving window are alive.
    const std::uint64_t per_subject = random.between(3, 40);
    const std::uint64_t alive = random.one_in(3) ? random.between(1, 4) : random.between(10, 300);
    while (events.size() < count) {
        const auto oldest = events.size() / per_subject;
        const auto subject = static_cast<std::uint32_t>(oldest + random.below(alive));
        if (troubles.floods && random.one_in(400)) {
            for (int i = 0; i < 40 && events.size() < count; ++i) {
                events.push_back(producers.lie(subject));
            }
            continue;
        }
        events.push_back(producers.next(subject));
        if (troubles.conflicts && events.back().number > 0 && random.one_in(300)) {
            EventSpec other = events.back();
            other.version = 1;
            events.push_back(other);
        }
    }
    return events;
}

std::vector<std::uint32_t> draw_arrivals(
    Random& random, const Troubles& troubles, const History& history
) {
    const std::size_t count = history.events.size();
    Lags lags{random, troubles, count};
    std::vector<std::pair<std::uint64_t, std::uint32_t>> timed;
    timed.reserve(count + count / 8);
    for (std::uint32_t index = 0; index < count; ++index) {
        if (troubles.losses && random.one_in(150)) continue;
        const EventSpec& event = history.events[index];
        const std::uint64_t at = lags.of(place_of(history.setup, event), index);
        timed.emplace_back(at, index);
        if (troubles.copies > 0 && random.one_in(troubles.copies)) {
            timed.emplace_back(at + random.below(200), index);
        }
    }
    std::stable_sort(timed.begin(), timed.end(), [](const auto& one, const auto& other) {
        return one.first < other.first;
    });
    std::vector<std::uint32_t> arrivals;
    arrivals.reserve(timed.size());
    for (const auto& [at, index] : timed) arrivals.push_back(index);
    return arrivals;
}

}  // namespace sluice::sim
