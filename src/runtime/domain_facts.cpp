#include "runtime/domain_facts.hpp"

#include "base/bytes.hpp"
#include "runtime/peek.hpp"
#include "runtime/subject_store.hpp"
#include "runtime/topics.hpp"

#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::uint8_t kFactsVersion = 1;

}  // namespace

DomainFacts facts_of(const DomainPlan& plan) {
    DomainFacts facts;
    facts.name = plan.name;
    facts.homes = plan.homes;
    facts.gap_action = plan.sequencer.gap_action;
    facts.gap_wait = plan.sequencer.gap_wait;
    for (const ChannelPlan& channel : plan.channels) {
        facts.channels.push_back({channel.topic, channel.partitions, channel.types});
    }
    return facts;
}

std::string encode_facts(const DomainFacts& facts) {
    std::string bytes;
    ByteWriter writer{bytes};
    writer.u8(kFactsVersion);
    writer.bytes(facts.name);
    writer.varint(facts.homes);
    writer.u8(static_cast<std::uint8_t>(facts.gap_action));
    writer.varint(static_cast<std::uint64_t>(facts.gap_wait.count()));
    writer.varint(facts.channels.size());
    for (const DomainFacts::Channel& channel : facts.channels) {
        writer.bytes(channel.topic);
        writer.varint(channel.partitions);
        writer.varint(channel.types.size());
        for (const std::string& type : channel.types) writer.bytes(type);
    }
    return bytes;
}

Result<DomainFacts> decode_facts(std::string_view bytes) {
    ByteReader reader{bytes};
    DomainFacts facts;
    const bool known = reader.u8() == kFactsVersion;
    facts.name = reader.bytes();
    facts.homes = static_cast<std::uint32_t>(reader.varint());
    facts.gap_action = static_cast<sequence::GapAction>(reader.u8());
    facts.gap_wait = Milliseconds{static_cast<std::int64_t>(reader.varint())};
    for (std::uint64_t left = reader.varint(); left > 0 && reader.ok(); --left) {
        DomainFacts::Channel& channel = facts.channels.emplace_back();
        channel.topic = reader.bytes();
        channel.partitions = static_cast<std::uint32_t>(reader.varint());
        for (std::uint64_t types = reader.varint(); types > 0 && reader.ok(); --types) {
            channel.types.emplace_back(reader.bytes());
        }
    }
    if (!known || !reader.at_end()) {
        return Error{ErrorCode::kCorrupt, "sequencer state: facts about the domain"};
    }
    return facts;
}

Result<std::vector<DomainFacts>> domains_of(const log::Log& log) {
    constexpr std::string_view kSuffix = ".ordered";
    const auto topics = log.topics();
    if (!topics) return topics.error();
    std::vector<DomainFacts> domains;
    for (const log::TopicSpec& topic : topics.value()) {
        if (!topic.name.ends_with(kSuffix)) continue;
        const std::string name = topic.name.substr(0, topic.name.size() - kSuffix.size());
        for (HomeId home{0}; home.value < topic.partitions; home = home.next()) {
            const auto found =
                peek_one(log, sequencer_group(name), home, table::kDomain, kFactsKey);
            if (!found) return found.error();
            if (!found.value()) continue;
            auto facts = decode_facts(*found.value());
            if (!facts) return facts.error().at(name);
            domains.push_back(std::move(facts.value()));
            break;
        }
    }
    return domains;
}

}  // namespace sluice::runtime
