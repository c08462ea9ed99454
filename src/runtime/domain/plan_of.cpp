#include "runtime/domain/plan_of.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::runtime {

namespace {

Checking checking_of(contract::Validation validation) {
    switch (validation) {
        case contract::Validation::kOff: return Checking::kOff;
        case contract::Validation::kWarn: return Checking::kWarn;
        case contract::Validation::kEnforce: return Checking::kEnforce;
    }
    SLUICE_UNREACHABLE();
}

Partitioner partitioner_of(contract::Partitioner partitioner) {
    switch (partitioner) {
        case contract::Partitioner::kMurmur2: return Partitioner::kMurmur2;
        case contract::Partitioner::kCrc32: return Partitioner::kCrc32;
    }
    SLUICE_UNREACHABLE();
}

sequence::GapAction action_of(contract::GapPolicy policy) {
    switch (policy) {
        case contract::GapPolicy::kWait: return sequence::GapAction::kWait;
        case contract::GapPolicy::kPark: return sequence::GapAction::kPark;
        case contract::GapPolicy::kSkip: return sequence::GapAction::kSkip;
    }
    SLUICE_UNREACHABLE();
}

ChannelPlan plan_of(const contract::Channel& channel) {
    ChannelPlan plan;
    plan.topic = channel.topic;
    plan.partitions = channel.partitions;
    plan.partitioner = partitioner_of(channel.partitioner);
    plan.types = channel.types;
    plan.checking = checking_of(channel.validation);
    plan.plain = channel.plain;
    plan.others_are_foreign = channel.others == contract::Others::kForeign;
    return plan;
}

NeedPlan plan_of(const contract::Rule& rule) {
    NeedPlan plan;
    plan.types = rule.types;
    plan.wanted = rule.text();
    plan.if_seen = rule.if_seen;
    plan.same = rule.same;
    if (rule.same) return plan;
    for (const std::string& type : rule.types) plan.marks.push_back(sequence::mark_of(type));
    return plan;
}

TypePlan plan_of(const contract::MessageType& type) {
    TypePlan plan;
    for (const contract::Rule& rule : type.rules) plan.needs.push_back(plan_of(rule));
    if (type.wanted_by_rules) plan.marks.push_back(sequence::mark_of(type.name));
    plan.remembered = type.remembered;
    plan.closes = type.closes;
    return plan;
}

sequence::SequencerOptions sequencer_of(const contract::Contract& contract) {
    sequence::SequencerOptions options;
    options.gap_action = action_of(contract.gap.policy);
    options.gap_wait = contract.gap.wait;
    options.invalid = contract.invalid == contract::InvalidPolicy::kWait
                          ? sequence::InvalidPolicy::kWait
                          : sequence::InvalidPolicy::kDead;
    options.changed = contract.changed == contract::ChangedPolicy::kDrop
                          ? sequence::ChangedPolicy::kDrop
                          : sequence::ChangedPolicy::kConflict;
    options.waiting_events_max = contract.waiting_events_max;
    options.waiting_bytes_max = contract.waiting_bytes_max;
    options.sources = contract.sources;
    return options;
}

GivenPlan given_of(const contract::GivenOrder& order, const contract::Channel& channel) {
    GivenPlan plan;
    plan.order = order;
    plan.places.topic = channel.topic;
    plan.places.partitions = channel.partitions;
    plan.places.partitioner = channel.partitioner;
    if (!channel.plain) return plan;
    if (const auto* key = std::get_if<contract::FromKey>(&channel.plain->subject)) {
        plan.places.key = key->encoding;
    }
    return plan;
}

}  // namespace

DomainPlan plan_of(const std::shared_ptr<const contract::Contract>& contract) {
    DomainPlan plan;
    plan.name = contract->domain;
    plan.homes = contract->homes;
    for (const contract::Channel& channel : contract->channels) {
        plan.channels.push_back(plan_of(channel));
    }
    for (const auto& [name, type] : contract->types) plan.types.emplace(name, plan_of(type));
    plan.sequencer = sequencer_of(*contract);
    plan.keep_ordered = {contract->keep_ordered.age, contract->keep_ordered.records};
    plan.keep_aside = {contract->keep_aside.age, contract->keep_aside.records};
    plan.source_waiting = {contract->source_events_max, contract->source_bytes_max};
    plan.closed_kept = contract->closed_kept;
    plan.tombstone_kept = contract->tombstone_kept;
    plan.assume_older = contract->older == contract::OlderPolicy::kAssume;
    if (contract->reducer) plan.folded = contract;
    if (contract->given) plan.given = given_of(*contract->given, contract->channels.front());
    plan.check = [contract](std::string_view type, const Record& record) {
        const contract::MessageType* known = contract->type(type);
        if (known == nullptr) return std::string{};
        const Status valid = contract::validate_data(*known, record);
        return valid ? std::string{} : valid.error().message;
    };
    return plan;
}

}  // namespace sluice::runtime
