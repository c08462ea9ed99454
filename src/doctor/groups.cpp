#include "base/assert.hpp"
#include "doctor/examine.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::doctor {

namespace {

/// Topics of the domains: a group that reads one of them concerns us.
std::set<std::string> expected_topics(const Expectations& expected) {
    std::set<std::string> topics;
    for (const auto& contract : expected.contracts) {
        for (const auto& channel : contract->channels)
            topics.insert(expected.prefix + channel.topic);
        topics.insert(expected.prefix + runtime::ordered_topic(contract->domain));
        topics.insert(expected.prefix + runtime::repartition_topic(contract->domain));
    }
    return topics;
}

bool concerns_us(const GroupSeen& group, const std::set<std::string>& topics) {
    return std::any_of(
        group.fact.committed.begin(),
        group.fact.committed.end(),
        [&](const auto& one) { return topics.contains(one.first.topic); }
    );
}

std::string farthest_behind(const GroupSeen& group) {
    const auto& by_topic = group.lag_by_topic;
    const auto most =
        std::max_element(by_topic.begin(), by_topic.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
        });
    return most == by_topic.end() || most->second == 0
               ? ""
               : fmt::format(", most of them of {}", most->first);
}

std::string advice_for_group(const GroupSeen& group) {
    switch (group.verdict) {
        case lag::Verdict::kOk:
        case lag::Verdict::kWaiting: return "";
        case lag::Verdict::kSlow:
            return "it handles less than comes: more instances, or a quicker handler (sluice plan)";
        case lag::Verdict::kParked: return "sluice stuck shows which";
        case lag::Verdict::kStalled:
            return "it is there and commits nothing: look at its log, and at sluice stuck";
        case lag::Verdict::kRewound: return "did somebody reset its offsets?";
        case lag::Verdict::kStopped:
            return group.fact.members.empty()
                       ? "it has no member: start it, or delete the group if nobody wants it"
                       : "its members do not commit: look at their logs";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

void check_groups(const Findings& findings, const Expectations& expected, Checks& checks) {
    if (!findings.groups_refusal.empty()) {
        return checks.warn(
            "groups", "not told: " + findings.groups_refusal, "allow Describe on groups"
        );
    }
    const auto topics = expected_topics(expected);
    for (const GroupSeen& group : findings.groups) {
        if (!concerns_us(group, topics)) continue;
        const std::string what = "group " + group.fact.name;
        const std::string detail = fmt::format(
            "{}; {}, {} member{}, {} records behind{}",
            lag::to_string(group.verdict),
            group.fact.state,
            group.fact.members.size(),
            group.fact.members.size() == 1 ? "" : "s",
            group.lag,
            farthest_behind(group)
        );
        switch (group.verdict) {
            case lag::Verdict::kOk:
            case lag::Verdict::kWaiting: checks.ok(what, detail); break;
            case lag::Verdict::kStalled: checks.fail(what, detail, advice_for_group(group)); break;
            case lag::Verdict::kSlow:
            case lag::Verdict::kParked:
            case lag::Verdict::kRewound:
            case lag::Verdict::kStopped: checks.warn(what, detail, advice_for_group(group)); break;
        }
    }
}

}  // namespace sluice::doctor
