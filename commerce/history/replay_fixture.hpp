#pragma once

#include <sluice/instance.hpp>

#include "commerce/chaos/plan.hpp"
#include "commerce/contract/contract.hpp"
#include "commerce/history/order_history.hpp"
#include "commerce/produce/publications.hpp"
#include "commerce/run/run_fixture.hpp"
#include "commerce/run/services.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// The platform over a history in which `order.placed` became what it is. Only tests include this.
namespace sluice::commerce::test {

/// Publications as they would have been published then: the oldest sixth of the orders in version
/// 1, the next in version 2, and so on up to today's.
class OrderHistory {
public:
    explicit OrderHistory(const Publications& published) : published_{published} {
        std::vector<std::size_t> placed;  // ascending by time
        for (std::size_t at = 0; at < published.size(); ++at) {
            const Act* act = published.act(at);
            if (act != nullptr && act->type == ActType::kPlaced) placed.push_back(at);
        }
        version_.resize(published.size());
        for (std::size_t at = 0; at < placed.size(); ++at) {
            version_[placed[at]] =
                1 + static_cast<std::uint32_t>(at * kNewestPlaced / placed.size());
        }
        orders_ = placed.size();
    }

    [[nodiscard]] Event event(std::size_t publication) const {
        Event event = published_.at(publication).event;
        const std::uint32_t version = version_[publication];
        return version == 0 ? event : as_published_then(std::move(event), version);
    }

    [[nodiscard]] std::size_t orders() const { return orders_; }

    [[nodiscard]] std::set<std::uint32_t> versions() const {
        std::set<std::uint32_t> all{version_.begin(), version_.end()};
        all.erase(0);
        return all;
    }

private:
    const Publications& published_;
    std::vector<std::uint32_t> version_;  ///< 0: of another type
    std::size_t orders_{};
};

/// The service, asking for today's orders, or for whatever comes.
inline Service asking(Service service, bool asks) {
    if (asks && service.handlers().contains("order.placed"))
        service.version("order.placed", kNewestPlaced);
    return service;
}

inline void require(const Status& done) {
    if (!done) throw std::runtime_error{done.error().message};
}

/// The nine services, on the contract with the history.
inline std::unique_ptr<Instance> open_versioned_platform(const Workspace& workspace, bool asks) {
    InstanceOptions options;
    options.directory = workspace.log().string();
    options.survive_power_cut = false;
    options.jq_worker = {SLUICE_JQ_CHILD};
    options.cast_max = Milliseconds{30'000};
    auto instance = Instance::open(options).value();
    require(instance->add_domain_text(order_contract_with_history(), "order.yaml"));
    require(instance->add_domain_text(calendar_contract(), "calendar.yaml"));
    for (const ServicePart& part : all_services(Policy{})) {
        const std::string file = (workspace.read_models() / part.database).string();
        const ServiceOf make = [make = part.make, asks](const Filling& filling) {
            return asking(make(filling), asks);
        };
        require(
            part.make ? instance->add_service(part.domain, part.service.name(), make, file)
                      : instance->add_service(part.domain, asking(part.service, asks), file)
        );
    }
    require(instance->start());
    return instance;
}

/// One write: up to the next restart, or as many as `Publishing` takes.
inline std::size_t publish_some(
    Instance& instance,
    const OrderHistory& history,
    const std::vector<Delivery>& plan,
    std::size_t at
) {
    constexpr std::size_t kBatch = 500;
    std::vector<Event> events;
    do {
        events.push_back(history.event(plan[at].publication));
        ++at;
    } while (at < plan.size() && !plan[at].restart && events.size() < kBatch);
    for (const auto& answer : instance.publish(events))
        require(answer ? ok() : Status{answer.error()});
    return at;
}

}  // namespace sluice::commerce::test
