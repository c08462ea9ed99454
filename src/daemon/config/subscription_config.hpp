#pragma once

#include "contract/node.hpp"
#include "daemon/config/shape_config.hpp"
#include "daemon/config/trace_config.hpp"
#include "deliver/push/push_sink.hpp"
#include "deliver/wanted_types.hpp"
#include "dispatch/breaker.hpp"
#include "dispatch/dispatcher.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace sluice::daemon {

/// Where a subscription begins in a domain that has events already.
enum class Start : std::uint8_t {
    kBeginning,  ///< with the oldest that is there
    kNow,        ///< with those that come after it was made
};

struct SubscriptionConfig {
    std::string name;
    std::string domain;
    deliver::WantedTypes types;  ///< empty: all
    ShapeConfig shape;
    std::string file;   ///< the sink: structured CloudEvents, one a line; or
    std::string topic;  ///< a team's own topic
    std::optional<std::uint32_t> topic_partitions;  ///< of a topic that is made; else it must exist
    std::optional<deliver::push::PushOptions> push;  ///< or an HTTP endpoint
    std::optional<std::size_t> pull_runs;  ///< or clients pull: so many runs wait for them
    dispatch::DispatcherOptions dispatcher;
    dispatch::BreakerOptions breaker;
    Start start{Start::kBeginning};
    std::string written{};  ///< the mapping that all this was read from, as JSON
};

/// Who is asked while a subscription is read, and where it stands.
struct SubscriptionPlace {
    const deliver::push::AddressGuard& guard;
    std::filesystem::path directory;  ///< where paths start
    Environment environment;
    bool is_file{true};  ///< sluice.yaml; else it came over the network, and may not name files
};

/// An entry of `subscriptions`, or one that stands alone; whatever is wrong lies in the problems.
[[nodiscard]] SubscriptionConfig read_subscription(
    const contract::Node& node, const SubscriptionPlace& place
);

}  // namespace sluice::daemon
