#pragma once

#include "log/kafka/survey/client.hpp"
#include "log/kafka/survey/surveyor.hpp"

#include <memory>
#include <string>

namespace sluice::log::kafka {

/// Only surveyor_*.cpp include this.
struct Surveyor::Parts {
    KafkaOptions options;
    std::unique_ptr<survey::Client> client;

    /// Asks coordinators for offsets of groups: a consumer that names a group and never joins it,
    /// made when it is first wanted and again after an answer that passes by itself. librdkafka
    /// 2.0.2, when told NOT_COORDINATOR or COORDINATOR_NOT_AVAILABLE, has the group that its client
    /// consumes for look for the coordinator, whoever asked; without such a group that is a null
    /// pointer. Only that group goes on looking for a coordinator that is still being made: an
    /// admin request gives up after the third look, silently. And no admin request ever forgets a
    /// coordinator that has moved, so what knows the old one is thrown away.
    std::unique_ptr<survey::Client> group_client;

    [[nodiscard]] Result<const survey::Client*> asker_for(const std::string& group);
};

}  // namespace sluice::log::kafka
