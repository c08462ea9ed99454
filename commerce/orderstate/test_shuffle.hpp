#pragma once

#include "commerce/events/envelope.hpp"
#include "commerce/orderstate/test_history.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::commerce::test {

/// The events of one order in another order that Sluice could release them in: each source by its
/// numbers, a stamped event behind what it names, the placing first.
inline std::vector<Event> another_order(std::vector<Event> waiting, std::mt19937_64& random) {
    std::vector<Event> released;
    std::map<std::string, std::int64_t> reached;
    const auto may_come = [&](const Event& event) {
        const Envelope envelope = read_envelope(event).value();
        if (event.source == "/reviews") return reached["/orders"] > 0;
        return envelope.sequence == reached[event.source] + 1 &&
               envelope.orders_seen <= reached["/orders"] &&
               envelope.deliveries_seen <= reached["/deliveries"];
    };
    while (!waiting.empty()) {
        std::vector<std::size_t> free;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (may_come(waiting[i])) free.push_back(i);
        }
        const std::size_t chosen = free.at(random() % free.size());
        reached[waiting[chosen].source] = read_envelope(waiting[chosen])->sequence;
        released.push_back(std::move(waiting[chosen]));
        waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    return released;
}

/// The events of `orders` random orders, one order after another, each in some order of release.
inline std::vector<Event> random_events(std::mt19937_64& random, int orders) {
    std::vector<Event> events;
    for (int i = 0; i < orders; ++i) {
        const RandomHistory history{random, "o-" + std::to_string(i)};
        for (Event& event : another_order(history.events(), random))
            events.push_back(std::move(event));
    }
    return events;
}

}  // namespace sluice::commerce::test
