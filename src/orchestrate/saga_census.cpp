#include "orchestrate/saga_census.hpp"

#include "base/assert.hpp"

namespace sluice::orchestrate {

std::string_view to_string(Standing standing) {
    switch (standing) {
        case Standing::kWaiting: return "waiting";
        case Standing::kForward: return "forward";
        case Standing::kBackward: return "backward";
        case Standing::kStuck: return "stuck";
    }
    SLUICE_UNREACHABLE();
}

Standing standing_of(const saga::Instance& instance) {
    SLUICE_ASSERT(!instance.ended());
    if (instance.awaits == saga::Awaits::kPerson) return Standing::kStuck;
    if (instance.phase == saga::Phase::kWaiting) return Standing::kWaiting;
    return instance.phase == saga::Phase::kForward ? Standing::kForward : Standing::kBackward;
}

SagaCensus::SagaCensus(const SagaBook& book) {
    for (const std::string& name : book.names()) counts_.try_emplace(name);
}

void SagaCensus::begin_anew() {
    standing_.clear();
    for (auto& [name, counts] : counts_) {
        for (Counter& open : counts.open) open = 0;
    }
}

void SagaCensus::count(const saga::Instance& instance) {
    Counts& counts = of(instance);
    const auto before = standing_.find(instance.id);
    if (before != standing_.end()) --counts.at(before->second);
    if (instance.ended()) {
        if (before != standing_.end()) standing_.erase(before);
        ++(instance.phase == saga::Phase::kDone ? counts.done_total : counts.compensated_total);
        return;
    }
    const Standing now = standing_of(instance);
    ++counts.at(now);
    standing_.insert_or_assign(instance.id, now);
}

void SagaCensus::count_command(const saga::Instance& instance) {
    ++of(instance).commands_total;
}

SagaCensus::Counts& SagaCensus::of(const saga::Instance& instance) {
    const auto found = counts_.find(instance.definition);
    SLUICE_ASSERT(found != counts_.end());  // SagaBook::of has found it
    return found->second;
}

}  // namespace sluice::orchestrate
