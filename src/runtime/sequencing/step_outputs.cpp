#include "runtime/sequencing/step_outputs.hpp"

#include "runtime/domain/topics.hpp"

#include <utility>

namespace sluice::runtime {

StepOutputs::StepOutputs(std::string_view domain, std::uint32_t homes)
    : ordered_{ordered_topic(domain), std::vector<std::vector<Record>>(homes)},
      repartition_{repartition_topic(domain), std::vector<std::vector<Record>>(homes)},
      aside_{aside_topic(domain), std::vector<std::vector<Record>>(homes)} {}

void StepOutputs::move_to(std::vector<log::Append>& appends) {
    for (Topic* topic : {&ordered_, &repartition_, &aside_}) {
        for (std::uint32_t home = 0; home < topic->by_home.size(); ++home) {
            auto& records = topic->by_home[home];
            if (records.empty()) continue;
            appends.push_back({{topic->name, PartitionId{home}}, std::exchange(records, {})});
        }
    }
    records_ = 0;
    bytes_ = 0;
}

}  // namespace sluice::runtime
