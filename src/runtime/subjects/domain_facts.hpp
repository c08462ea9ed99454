#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What the sequencer leaves in its state about the domain, or the runner of one that has none, so
/// that a look at a data directory needs no contract.
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
    std::optional<GivenPlaces> given{};  ///< of its ordered topic, if somebody else orders it

    bool operator==(const DomainFacts&) const = default;

    [[nodiscard]] HomeId home_of(std::string_view subject) const;
    [[nodiscard]] std::string ordered_topic() const;
};

[[nodiscard]] DomainFacts facts_of(const DomainPlan& plan);

/// | version 1 | name | homes varint | gap action 1 | gap wait varint | channels varint | topic,
/// partitions varint, types varint, type … |; texts: varint length, then bytes. Version 2 goes on:
/// | ordered topic | partitioner 1 | encoding of its keys 1 |.
[[nodiscard]] std::string encode_facts(const DomainFacts& facts);
[[nodiscard]] Result<DomainFacts> decode_facts(std::string_view bytes);

/// Of a domain that has been sequenced on this log, and of one whose topic was in order already;
/// nothing: it has not.
[[nodiscard]] Result<std::optional<DomainFacts>> sequenced_facts(
    const log::Log& log, std::string_view domain, std::uint32_t homes
);
[[nodiscard]] Result<std::optional<DomainFacts>> given_facts(
    const log::Log& log, std::string_view domain, std::uint32_t homes
);

/// Of every domain that has run on this log, by name.
[[nodiscard]] Result<std::vector<DomainFacts>> domains_of(const log::Log& log);

/// Also those of `plans` whose ordered topic is there, by name: a domain's first step writes down
/// that there is one, and on Kafka that waits until its homes are dealt.
[[nodiscard]] Result<std::vector<DomainFacts>> domains_of(
    const log::Log& log, std::span<const DomainPlan* const> plans
);

}  // namespace sluice::runtime
