#include "saga/locks.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::saga {

LockAnswer Locks::take(
    const LockKey& key, const std::string& saga, std::uint64_t ticket, LockRule rule
) {
    SLUICE_ASSERT(!saga.empty());
    Line& line = lines_[key];
    if (line.holder.empty() && line.waiting.empty()) line.holder = saga;
    if (line.holder == saga) return LockAnswer::kYours;
    const auto there = line.waiting.find(ticket);
    if (there != line.waiting.end()) {
        SLUICE_ASSERT(there->second == saga);
        return LockAnswer::kQueued;
    }
    if (rule == LockRule::kRefuse) return LockAnswer::kRefused;
    if (line.waiting.size() >= waiting_max_) return LockAnswer::kFull;
    line.waiting.emplace(ticket, saga);
    return LockAnswer::kQueued;
}

std::optional<std::string> Locks::give_back(const LockKey& key, std::string_view saga) {
    const auto found = lines_.find(key);
    if (found == lines_.end()) return std::nullopt;
    Line& line = found->second;
    if (line.holder != saga) {
        std::erase_if(line.waiting, [&](const auto& one) { return one.second == saga; });
        if (line.holder.empty() && line.waiting.empty()) lines_.erase(found);
        return std::nullopt;
    }
    if (line.waiting.empty()) {
        lines_.erase(found);
        return std::nullopt;
    }
    line.holder = std::move(line.waiting.begin()->second);
    line.waiting.erase(line.waiting.begin());
    return line.holder;
}

void Locks::restore_holder(const LockKey& key, std::string saga) {
    Line& line = lines_[key];
    SLUICE_ASSERT(line.holder.empty());
    line.holder = std::move(saga);
}

void Locks::restore_waiting(const LockKey& key, std::string saga, std::uint64_t ticket) {
    const bool first = lines_[key].waiting.emplace(ticket, std::move(saga)).second;
    SLUICE_ASSERT(first);
}

std::optional<std::string> Locks::next_without_holder() {
    for (auto& [key, line] : lines_) {
        if (!line.holder.empty()) continue;
        SLUICE_ASSERT(!line.waiting.empty());
        line.holder = std::move(line.waiting.begin()->second);
        line.waiting.erase(line.waiting.begin());
        return line.holder;
    }
    return std::nullopt;
}

const std::string* Locks::holder(const LockKey& key) const {
    const auto found = lines_.find(key);
    return found == lines_.end() ? nullptr : &found->second.holder;
}

}  // namespace sluice::saga
