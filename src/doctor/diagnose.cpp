#include "doctor/diagnose.hpp"

#include "doctor/examine.hpp"
#include "doctor/group_watch.hpp"
#include "doctor/key_survey.hpp"
#include "doctor/names.hpp"
#include "doctor/reach.hpp"
#include "log/kafka/settings.hpp"
#include "log/kafka/survey/surveyor.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::doctor {

namespace {

using log::kafka::RecordReader;
using log::kafka::Surveyor;

std::vector<std::string> topics_of(const Expectations& expected) {
    std::vector<std::string> topics;
    for (const auto& contract : expected.contracts) {
        for (const auto& channel : contract->channels)
            topics.push_back(expected.prefix + channel.topic);
        if (contract->given) continue;
        topics.push_back(expected.prefix + runtime::ordered_topic(contract->domain));
        topics.push_back(expected.prefix + runtime::repartition_topic(contract->domain));
        topics.push_back(expected.prefix + runtime::aside_topic(contract->domain));
    }
    return topics;
}

void find_groups(
    const Surveyor& surveyor,
    RecordReader& reader,
    const std::vector<std::string>& topics,
    const DiagnoseOptions& options,
    const Clock& clock,
    Findings& findings
) {
    auto groups = surveyor.groups();
    if (!groups) {
        findings.groups_refusal = groups.error().message;
        return;
    }
    if (groups->size() > options.groups_max) {
        findings.groups_refusal = fmt::format(
            "there are {} groups, and {} are looked at at most", groups->size(), options.groups_max
        );
        return;
    }
    findings.groups =
        watch_groups(surveyor, std::move(groups).value(), topics, options.watch, clock, reader);
}

/// librdkafka 2.0.2 makes an empty list of a refusal, too. It counts as one that is empty from
/// somebody who may see the brokers' settings.
bool is_told(const std::vector<log::kafka::AclFact>& acls, const log::kafka::ClusterFact& cluster) {
    return !acls.empty() ||
           std::any_of(cluster.brokers.begin(), cluster.brokers.end(), [](const auto& broker) {
               return !broker.settings.empty();
           });
}

}  // namespace

std::vector<Check> diagnose(
    const log::kafka::KafkaOptions& kafka,
    const Expectations& expected,
    const DiagnoseOptions& options,
    const Clock& clock
) {
    Checks checks;
    const auto surveyor = Surveyor::open(kafka, options.patience);
    auto reader = RecordReader::open(kafka, options.patience);
    if (!surveyor || !reader) {
        const Error& error = surveyor ? reader.error() : surveyor.error();
        checks.fail("settings", error.message, "correct kafka.settings");
        return checks.all();
    }
    auto cluster = surveyor->cluster();
    if (!cluster) {
        check_reach(surveyor->complaints(), kafka, false, checks);
        return checks.all();
    }
    Findings findings;
    findings.client_version = log::kafka::client_version();
    findings.principal = principal_of(kafka);
    findings.protocol = protocol_of(kafka);
    findings.cluster = std::move(cluster).value();
    const auto names = read_names(*surveyor, *reader, findings.cluster, expected.prefix);
    if (names) {
        findings.names = names.value();
        check_names(findings.names, expected.prefix, findings, checks);
    } else {
        checks.fail(
            "names",
            "what topics are called is not told: " + names.error().message,
            fmt::format("allow Read and Describe on {}{}", expected.prefix, log::kafka::kNamesTopic)
        );
    }
    const auto topics = on_brokers(findings.names, expected.prefix, topics_of(expected));
    surveyor->add_settings(findings.cluster, topics);
    sample_keys(*surveyor, *reader, expected, findings);
    find_groups(*surveyor, *reader, topics, options, clock, findings);
    go_by_names(findings.names, expected.prefix, findings);
    if (auto acls = surveyor->acls(); acls && is_told(*acls, findings.cluster)) {
        findings.acls = std::move(acls).value();
    }
    check_reach(surveyor->complaints(), kafka, true, checks);
    std::vector<Check> all = examine(findings, expected);
    all.insert(all.end(), checks.all().begin(), checks.all().end());
    return all;
}

}  // namespace sluice::doctor
