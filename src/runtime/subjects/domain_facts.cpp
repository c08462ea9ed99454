#include "runtime/subjects/domain_facts.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::uint8_t kFactsVersion = 1;
constexpr std::uint8_t kGivenFactsVersion = 2;

GivenPlaces read_places(ByteReader& reader, std::uint32_t homes) {
    GivenPlaces places;
    places.topic = reader.bytes();
    places.partitions = homes;
    places.partitioner = static_cast<contract::Partitioner>(reader.u8());
    places.key = static_cast<contract::Encoding>(reader.u8());
    return places;
}

/// What lies under that group; nothing: it has never run.
Result<std::optional<DomainFacts>> facts_in(
    const log::Log& log, const std::string& group, log::Table table, std::uint32_t homes
) {
    for (HomeId home{0}; home.value < homes; home = home.next()) {
        const auto found = peek_one(log, group, home, table, kFactsKey);
        if (!found) return found.error();
        if (!found.value()) continue;
        auto facts = decode_facts(*found.value());
        if (!facts) return facts.error();
        return std::optional{std::move(facts.value())};
    }
    return std::optional<DomainFacts>{};
}

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
    if (plan.given) facts.given = plan.given->places;
    return facts;
}

HomeId DomainFacts::home_of(std::string_view subject) const {
    return given ? given->home_of(subject) : sluice::home_of(subject, homes);
}

std::string DomainFacts::ordered_topic() const {
    return given ? given->topic : runtime::ordered_topic(name);
}

std::string encode_facts(const DomainFacts& facts) {
    std::string bytes;
    ByteWriter writer{bytes};
    writer.u8(facts.given ? kGivenFactsVersion : kFactsVersion);
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
    if (facts.given) {
        writer.bytes(facts.given->topic);
        writer.u8(static_cast<std::uint8_t>(facts.given->partitioner));
        writer.u8(static_cast<std::uint8_t>(facts.given->key));
    }
    return bytes;
}

Result<DomainFacts> decode_facts(std::string_view bytes) {
    ByteReader reader{bytes};
    DomainFacts facts;
    const std::uint8_t version = reader.u8();
    const bool known = version == kFactsVersion || version == kGivenFactsVersion;
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
    if (version == kGivenFactsVersion) facts.given = read_places(reader, facts.homes);
    if (!known || !reader.at_end()) {
        return Error{ErrorCode::kCorrupt, "sequencer state: facts about the domain"};
    }
    return facts;
}

Result<std::optional<DomainFacts>> sequenced_facts(
    const log::Log& log, std::string_view domain, std::uint32_t homes
) {
    return facts_in(log, sequencer_group(domain), table::kDomain, homes);
}

Result<std::optional<DomainFacts>> given_facts(
    const log::Log& log, std::string_view domain, std::uint32_t homes
) {
    return facts_in(log, runner_group(domain), table::kGivenFacts, homes);
}

Result<std::vector<DomainFacts>> domains_of(const log::Log& log) {
    const auto topics = log.topics();
    if (!topics) return topics.error();
    std::map<std::string, DomainFacts> domains;
    const auto look = [&](std::string_view suffix, const auto& facts_of_one) -> Status {
        for (const log::TopicSpec& topic : topics.value()) {
            if (!topic.name.ends_with(suffix)) continue;
            const std::string name = topic.name.substr(0, topic.name.size() - suffix.size());
            if (domains.contains(name)) continue;
            auto found = facts_of_one(log, name, topic.partitions);
            if (!found) return found.error().at(name);
            if (found.value()) domains.emplace(name, std::move(*found.value()));
        }
        return ok();
    };
    if (const Status looked = look(".ordered", sequenced_facts); !looked) return looked.error();
    if (const Status looked = look(".commands", given_facts); !looked) return looked.error();
    std::vector<DomainFacts> all;
    for (auto& [name, facts] : domains) all.push_back(std::move(facts));
    return all;
}

Result<std::vector<DomainFacts>> domains_of(
    const log::Log& log, std::span<const DomainPlan* const> plans
) {
    auto all = domains_of(log);
    if (!all) return all;
    std::vector<DomainFacts>& domains = all.value();
    for (const DomainPlan* plan : plans) {
        const auto place = std::lower_bound(
            domains.begin(),
            domains.end(),
            plan->name,
            [](const DomainFacts& one, const std::string& name) { return one.name < name; }
        );
        if (place != domains.end() && place->name == plan->name) continue;
        const auto ordered = log.topic(plan->ordered_topic());
        if (!ordered) return ordered.error().at(plan->name);
        if (ordered.value()) domains.insert(place, facts_of(*plan));
    }
    return all;
}

}  // namespace sluice::runtime
