#include "doctor/examine.hpp"

#include <algorithm>

namespace sluice::doctor {

const log::kafka::TopicFact* Findings::topic(std::string_view name) const {
    const auto found =
        std::find_if(cluster.topics.begin(), cluster.topics.end(), [&](const auto& one) {
            return one.name == name;
        });
    return found == cluster.topics.end() ? nullptr : &*found;
}

std::vector<Check> examine(const Findings& findings, const Expectations& expected) {
    Checks checks;
    check_brokers(findings, expected, checks);
    check_topics(findings, expected, checks);
    check_detours(findings, expected, checks);
    check_given_order(findings, expected, checks);
    check_groups(findings, expected, checks);
    check_acls(findings, expected, checks);
    return checks.all();
}

}  // namespace sluice::doctor
