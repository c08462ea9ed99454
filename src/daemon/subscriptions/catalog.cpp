#include "daemon/subscriptions/catalog.hpp"

#include <fmt/format.h>

namespace sluice::daemon {

const Catalog::Entry* Catalog::find(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

Status Catalog::create(std::uint64_t revision, const Change& change) {
    if (entries_.contains(change.name)) {
        return Error{
            ErrorCode::kAlreadyExists,
            fmt::format("there is a subscription '{}' already: PUT changes it", change.name)};
    }
    if (entries_.size() >= kSubscriptionsMax) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("there are {} subscriptions, which is the limit", kSubscriptionsMax)};
    }
    entries_[change.name] = {
        change.name,
        change.domain,
        change.definition,
        change.begin,
        revision,
        revision,
        change.by,
        change.reason,
        change.at,
        change.at};
    return ok();
}

Status Catalog::apply(Offset at, const Change& change) {
    const std::uint64_t revision = static_cast<std::uint64_t>(at.value) + 1;
    if (change.act == ChangeAct::kCreate) return create(revision, change);
    const auto found = entries_.find(change.name);
    if (found == entries_.end()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("there is no subscription '{}' any more", change.name)};
    }
    Entry& entry = found->second;
    if (entry.revision != change.revision) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "'{}' was changed by {} at {} meanwhile: look again",
                change.name,
                entry.by.empty() ? "somebody" : entry.by,
                to_rfc3339(entry.changed)
            )};
    }
    if (change.act == ChangeAct::kDelete) {
        ended_[change.name] = {entry.domain, entry.life};
        entries_.erase(found);
        return ok();
    }
    entry.definition = change.definition;
    entry.revision = revision;
    entry.by = change.by;
    entry.reason = change.reason;
    entry.changed = change.at;
    return ok();
}

}  // namespace sluice::daemon
