#include "runtime/grow/staging.hpp"

#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/trail.hpp"
#include "runtime/states/state_tables.hpp"

namespace sluice::runtime {

Staging::Staging(std::string_view domain)
    : domain_{domain},
      topics_{
          ordered_topic(domain),
          repartition_topic(domain),
          aside_topic(domain),
          commands_topic(domain),
          audit_topic(domain)},
      groups_{sequencer_group(domain), runner_group(domain)},
      history_{history_topic(domain)} {}

/// No domain's name has a dot, so no other domain's topic or group is meant.
std::string Staging::beside(std::string_view name) {
    return std::string{name}.append(log::kBeside);
}

log::Replacement Staging::nothing() const {
    log::Replacement gone;
    for (const std::string& name : topics_) gone.topics_gone.push_back(beside(name));
    gone.topics_gone.push_back(beside(history_));
    for (const std::string& name : groups_) gone.groups_gone.push_back(beside(name));
    return gone;
}

Status Staging::make(log::Log& log, std::uint32_t homes, bool history) {
    has_history_ = history;
    for (const std::string& name : topics_) {
        if (Status made = log.create_topic({beside(name), homes}); !made) return made;
    }
    return history ? log.create_topic({beside(history_), homes}) : ok();
}

std::vector<log::GroupSpec> Staging::groups() const {
    const std::string ordered = ordered_topic(domain_);
    return {
        {sequencer_group(domain_), repartition_topic(domain_), {ordered}},
        {runner_group(domain_), ordered, {}}};
}

log::GroupSpec Staging::sequencer_beside() const {
    return {
        beside(sequencer_group(domain_)),
        beside(repartition_topic(domain_)),
        {beside(ordered_topic(domain_))}};
}

log::GroupSpec Staging::runner_beside() const {
    return {beside(runner_group(domain_)), beside(ordered_topic(domain_)), {}};
}

log::Replacement Staging::all() const {
    log::Replacement all;
    for (const std::string& name : topics_) all.topics.emplace_back(beside(name), name);
    for (const std::string& name : groups_) all.groups.emplace_back(beside(name), name);
    if (has_history_) {
        all.topics.emplace_back(beside(history_), history_);
    } else {
        all.topics_gone.push_back(history_);
    }
    all.groups_gone.push_back(trail_group(domain_));
    all.groups_gone.push_back(state_group(domain_));
    return all;
}

}  // namespace sluice::runtime
