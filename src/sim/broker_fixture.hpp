#pragma once

#include "sim/broker.hpp"
#include "sim/client.hpp"

#include <string>

namespace sluice::sim::test {

inline constexpr log::Table kTable{1};
inline const log::PartitionRef kIn{"in", PartitionId{0}};
inline const log::PartitionRef kOut{"out", PartitionId{0}};

inline Record text(const std::string& value) {
    Record record;
    record.value = value;
    return record;
}

}  // namespace sluice::sim::test
