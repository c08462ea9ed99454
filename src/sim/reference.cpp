#include "sim/reference.hpp"

#include <algorithm>
#include <utility>

namespace sluice::sim {

namespace {

std::string id_at(const EventSpec& event, Kind kind, std::uint64_t number) {
    EventSpec other = event;
    other.kind = kind;
    other.number = number;
    return id_of(other);
}

/// Ids of the events of which one must have been released before this one, if any is asked for.
/// Which of /a's types carries a number does not show in its id.
std::vector<std::string> needs_of(const EventSpec& event) {
    std::vector<std::string> needs;
    if (event.number > 1) needs.push_back(id_at(event, event.kind, event.number - 1));
    if (event.stamp > 0) needs.push_back(id_at(event, Kind::kMade, event.stamp));
    if (event.kind == Kind::kDone) needs.push_back(id_at(event, Kind::kSent, event.parcel));
    return needs;
}

}  // namespace

std::unordered_map<std::string, Expected> expected_of(
    const History& history, const std::vector<std::uint32_t>& arrived
) {
    struct Arrived {
        const EventSpec* event;
        std::vector<std::string> needs;
    };

    std::unordered_map<std::string, std::vector<Arrived>> by_subject;
    // What no rule and no number orders stays behind whatever its channel brought before it.
    std::unordered_map<std::string, std::vector<std::string>> lanes;
    std::unordered_map<std::string, Expected> expected;
    for (const std::uint32_t index : arrived) {
        const EventSpec& event = history.events[index];
        const std::string subject = subject_name(event.subject);
        Expected& one = expected[subject];
        if (event.version > 0) one.disturbed = true;
        if (event.kind == Kind::kClosed) one.closes = true;
        if (event.invalid && history.setup.invalid == sequence::InvalidPolicy::kWait) {
            one.disturbed = true;
        }
        if (!one.arrived.insert(id_of(event)).second) continue;
        auto needs = needs_of(event);
        if (event.number == 0) {
            auto& lane = lanes[subject];
            if (event.kind == Kind::kNoted) needs.insert(needs.end(), lane.begin(), lane.end());
            lane.push_back(id_of(event));
        }
        by_subject[subject].push_back({&event, std::move(needs)});
        if (one.arrived.size() > history.setup.waiting_events_max) one.disturbed = true;
    }
    for (auto& [subject, events] : by_subject) {
        Expected& one = expected[subject];
        for (bool grows = true; grows;) {
            grows = false;
            for (const auto& [event, needs] : events) {
                const bool met = std::all_of(needs.begin(), needs.end(), [&one](const auto& need) {
                    return one.releasable.count(need) > 0;
                });
                if (met && one.releasable.insert(id_of(*event)).second) grows = true;
            }
        }
    }
    return expected;
}

}  // namespace sluice::sim
