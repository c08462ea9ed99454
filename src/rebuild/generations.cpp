#include "rebuild/generations.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::rebuild {

namespace {

Error unknown(std::string_view name) {
    return Error{ErrorCode::kNotFound, fmt::format("{}: there is no such rebuild", name)};
}

Error refused(const Generation& one, std::string_view why) {
    return Error{
        ErrorCode::kConflict, fmt::format("{} is {}: {}", one.name, to_string(one.phase), why)};
}

}  // namespace

std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::kFilling: return "filling";
        case Phase::kReady: return "ready";
        case Phase::kLive: return "live";
        case Phase::kKept: return "kept";
        case Phase::kDropped: return "dropped";
    }
    SLUICE_UNREACHABLE();
}

Result<Phase> phase_of(std::int64_t stored) {
    if (stored >= 1 && stored <= 5) return static_cast<Phase>(stored);
    return Error{ErrorCode::kCorrupt, fmt::format("{} is no phase of a rebuild", stored)};
}

Result<Generations> Generations::restore(std::vector<Generation> all) {
    std::set<std::string_view> names;
    std::size_t live = 0;
    for (const Generation& one : all) {
        names.insert(one.name);
        if (one.phase == Phase::kLive) ++live;
    }
    if (live != 1 || names.size() != all.size()) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "{} of {} generations of the read model are live, and must be one", live, all.size()
            )};
    }
    Generations restored;
    restored.all_ = std::move(all);
    return restored;
}

Status Generations::begin(std::string name) {
    if (const Generation* there = find(name)) {
        return refused(*there, "a rebuild fills a new name; choose another");
    }
    const auto fed = std::count_if(all_.begin(), all_.end(), [](const Generation& one) {
        return one.phase != Phase::kDropped;
    });
    if (static_cast<std::size_t>(fed) >= kFedMax) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("{} generations are fed already, the most there may be: cancel one", fed)};
    }
    all_.push_back({std::move(name), Phase::kFilling});
    return ok();
}

Status Generations::filled(std::string_view name) {
    Generation* one = one_to_change(name);
    if (one == nullptr) return unknown(name);
    if (one->phase != Phase::kFilling) return refused(*one, "only one that fills becomes ready");
    one->phase = Phase::kReady;
    return ok();
}

Status Generations::switch_to(std::string_view name) {
    Generation* one = one_to_change(name);
    if (one == nullptr) return unknown(name);
    switch (one->phase) {
        case Phase::kFilling: return refused(*one, "wait until it has caught up");
        case Phase::kLive: return refused(*one, "nothing is to be switched");
        case Phase::kDropped: return refused(*one, "rebuild into a new name");
        case Phase::kReady:
        case Phase::kKept: break;
    }
    const std::string was = live().name;
    one_to_change(was)->phase = Phase::kKept;
    one->phase = Phase::kLive;
    return ok();
}

Status Generations::drop(std::string_view name) {
    Generation* one = one_to_change(name);
    if (one == nullptr) return unknown(name);
    if (one->phase == Phase::kLive) return refused(*one, "switch to another one first");
    if (one->phase == Phase::kDropped) return refused(*one, "nothing of it is left");
    one->phase = Phase::kDropped;
    return ok();
}

const Generation& Generations::live() const {
    const auto found = std::find_if(all_.begin(), all_.end(), [](const Generation& one) {
        return one.phase == Phase::kLive;
    });
    SLUICE_ASSERT(found != all_.end());
    return *found;
}

const Generation* Generations::find(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const Generation& one) {
        return one.name == name;
    });
    return found == all_.end() ? nullptr : &*found;
}

Generation* Generations::one_to_change(std::string_view name) {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const Generation& one) {
        return one.name == name;
    });
    return found == all_.end() ? nullptr : &*found;
}

}  // namespace sluice::rebuild
