#include "sim/shrink.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::sim {

namespace {

History without(const History& history, std::size_t from, std::size_t count) {
    History shorter = history;
    const auto begin = shorter.actions.begin() + static_cast<std::ptrdiff_t>(from);
    shorter.actions.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    return shorter;
}

History only_subject(const History& history, std::uint32_t subject) {
    History shorter = history;
    std::erase_if(shorter.actions, [&](const Action& action) {
        return action.act == Act::kArrive && history.events[action.what].subject != subject;
    });
    return shorter;
}

/// Keeps the events that arrive, under their new indices.
void drop_unused(History& history) {
    std::vector<EventSpec> used;
    std::map<std::uint32_t, std::uint32_t> index;
    for (Action& action : history.actions) {
        if (action.act != Act::kArrive) continue;
        const auto [at, is_new] =
            index.try_emplace(action.what, static_cast<std::uint32_t>(used.size()));
        if (is_new) used.push_back(history.events[action.what]);
        action.what = at->second;
    }
    history.events = std::move(used);
}

}  // namespace

History shrink(
    History history, const Fails& fails, std::size_t plays_max, const ShrinkWatch& watch
) {
    std::size_t plays = 0;
    const auto may_play = [&](std::size_t most) {
        return plays < most && watch(plays, history.actions.size());
    };
    const auto still_fails = [&](const History& shorter) {
        ++plays;
        return fails(shorter);
    };
    // Most failures are one subject's.
    std::vector<std::uint32_t> subjects;
    for (const EventSpec& event : history.events) subjects.push_back(event.subject);
    std::sort(subjects.begin(), subjects.end());
    subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
    for (std::size_t i = 0; i < subjects.size() && may_play(plays_max / 2); ++i) {
        History one = only_subject(history, subjects[i]);
        if (!still_fails(one)) continue;
        history = std::move(one);
        break;
    }
    for (std::size_t part = history.actions.size() / 2; part > 0 && may_play(plays_max);) {
        bool shortened = false;
        for (std::size_t from = 0; from < history.actions.size() && may_play(plays_max);) {
            const std::size_t count = std::min(part, history.actions.size() - from);
            History shorter = without(history, from, count);
            if (still_fails(shorter)) {
                history = std::move(shorter);
                shortened = true;
            } else {
                from += count;
            }
        }
        if (!shortened) part /= 2;
    }
    drop_unused(history);
    return history;
}

}  // namespace sluice::sim
