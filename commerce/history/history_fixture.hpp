#pragma once

#include "cast/caster.hpp"
#include "commerce/history/order_history.hpp"
#include "commerce/produce/publications.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The contract with its history, and casters of it. Only tests include this.
namespace sluice::commerce::test {

inline std::shared_ptr<const contract::Contract> history_contract() {
    auto loaded = contract::load_contract_text("order.yaml", order_contract_with_history());
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

inline project::JqPrograms::Options history_worker() {
    project::JqPrograms::Options options;
    options.worker = {SLUICE_JQ_CHILD};
    options.event_timeout = std::chrono::milliseconds{30'000};
    options.start_timeout = std::chrono::milliseconds{60'000};
    return options;
}

inline cast::Caster caster_to(
    std::uint32_t version, const std::shared_ptr<const contract::Contract>& contract
) {
    auto caster = cast::Caster::open(contract, {{"order.placed", version}}, history_worker());
    EXPECT_TRUE(caster.has_value()) << caster.error().message;
    return std::move(caster).value();
}

/// Every `step`-th of the orders' first events, as they are published today.
inline std::vector<Event> placed_events(const Publications& published, std::size_t step) {
    std::vector<Event> events;
    std::size_t count = 0;
    for (std::size_t at = 0; at < published.size(); ++at) {
        const Act* act = published.act(at);
        if (act == nullptr || act->type != ActType::kPlaced || count++ % step != 0) continue;
        events.push_back(published.at(at).event);
    }
    return events;
}

inline nlohmann::json data_of(const Event& event) {
    return nlohmann::json::parse(event.data.value());
}

}  // namespace sluice::commerce::test
