#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain_plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What the sequencer leaves in its state about the domain, so that a look at a data directory
/// needs no contract.
struct DomainFacts {
    struct Channel {
        std::string topic;
        std::uint32_t partitions{};  ///< that are settled: ChannelGrowth
        std::vector<std::string> types;

        bool operator==(const Channel&) const = default;
    };

    std::string name;
    std::uint32_t homes{};
    std::vector<Channel> channels;
    sequence::GapAction gap_action{};
    Milliseconds gap_wait{0};

    bool operator==(const DomainFacts&) const = default;
};

[[nodiscard]] DomainFacts facts_of(const DomainPlan& plan);

/// | version 1 | name | homes varint | gap action 1 | gap wait varint | channels varint | topic,
/// partitions varint, types varint, type … |; texts: varint length, then bytes.
[[nodiscard]] std::string encode_facts(const DomainFacts& facts);
[[nodiscard]] Result<DomainFacts> decode_facts(std::string_view bytes);

/// Of every domain that has been sequenced on this log, by name.
[[nodiscard]] Result<std::vector<DomainFacts>> domains_of(const log::Log& log);

}  // namespace sluice::runtime
