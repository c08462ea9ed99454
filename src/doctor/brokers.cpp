#include "doctor/examine.hpp"
#include "doctor/settings.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::doctor {

namespace {

using log::kafka::BrokerFact;

constexpr int kGoodClient =
    210;  // 2.10: minor and major of what cooperative rebalancing is sound from
constexpr std::int64_t kTransactionMs = 10'000;
constexpr std::int64_t kOffsetsKeptMinutes = std::int64_t{7} * 24 * 60;

/// "2.0.2" as 200, "2.10.1" as 210.
int version_of(std::string_view text) {
    int major = 0;
    int minor = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), major);
    if (error == std::errc{} && at != text.data() + text.size()) {
        std::from_chars(at + 1, text.data() + text.size(), minor);
    }
    return major * 100 + minor;
}

void check_client(const Findings& findings, Checks& checks) {
    const std::string detail = "librdkafka " + findings.client_version;
    if (version_of(findings.client_version) >= kGoodClient) return checks.ok("client", detail);
    checks.warn(
        "client",
        detail + " has faults that later ones have not; Sluice goes round those that are known",
        "2.10 or later, where your system has it"
    );
}

/// No broker tells its version; what it knows gives it away.
std::string version_of(const BrokerFact& broker) {
    if (const auto version = setting(broker.settings, "inter.broker.protocol.version"))
        return *version;
    if (broker.settings.contains("transaction.two.phase.commit.enable")) return "4.1 or later";
    if (broker.settings.contains("group.coordinator.rebalance.protocols")) return "4.0 or later";
    return "not told";
}

void check_copies(
    const BrokerFact& broker,
    std::size_t brokers,
    const char* name,
    const std::string& what,
    Checks& checks
) {
    const auto copies = number(broker.settings, name);
    if (!copies || brokers < 2 ||
        *copies >= std::min<std::int64_t>(3, static_cast<std::int64_t>(brokers)))
        return;
    checks.warn(
        what,
        fmt::format("{} is {} on a cluster of {} brokers", name, *copies, brokers),
        fmt::format("{}=3, and raise the copies of the topic that is there already", name)
    );
}

void check_broker(const BrokerFact& broker, std::size_t brokers, Checks& checks) {
    const std::string what = fmt::format("broker {}", broker.id);
    const std::string at = fmt::format("{}:{}", broker.host, broker.port);
    if (broker.settings.empty()) {
        return checks.warn(
            what,
            fmt::format("{}; its settings are not told: {}", at, broker.refusal),
            "allow DescribeConfigs on the cluster, or look there by hand"
        );
    }
    checks.ok(what, fmt::format("{}, Kafka {}", at, version_of(broker)));
    check_copies(broker, brokers, "offsets.topic.replication.factor", what, checks);
    check_copies(broker, brokers, "transaction.state.log.replication.factor", what, checks);
    const auto longest = number(broker.settings, "transaction.max.timeout.ms");
    if (longest && *longest < kTransactionMs) {
        checks.fail(
            what,
            fmt::format(
                "transaction.max.timeout.ms is {}, and a step's transaction asks for {}",
                *longest,
                kTransactionMs
            ),
            fmt::format("transaction.max.timeout.ms={} or more", kTransactionMs)
        );
    }
    const auto kept = number(broker.settings, "offsets.retention.minutes");
    if (kept && *kept < kOffsetsKeptMinutes) {
        checks.warn(
            what,
            fmt::format(
                "offsets.retention.minutes is {}: a group that is down for longer loses its place",
                *kept
            ),
            fmt::format("offsets.retention.minutes={} or more", kOffsetsKeptMinutes)
        );
    }
    if (setting(broker.settings, "transaction.partition.verification.enable") == "false") {
        checks.warn(
            what,
            "transaction.partition.verification.enable is false: a late write can join the next "
            "transaction",
            "leave it at true"
        );
    }
}

}  // namespace

void check_brokers(const Findings& findings, const Expectations&, Checks& checks) {
    const auto& cluster = findings.cluster;
    checks.ok(
        "cluster",
        fmt::format(
            "{} is {} broker{}, reached over {} as {}",
            cluster.id.empty() ? "it" : cluster.id,
            cluster.brokers.size(),
            cluster.brokers.size() == 1 ? "" : "s",
            findings.protocol,
            findings.principal
        )
    );
    check_client(findings, checks);
    if (cluster.brokers.size() == 1) {
        checks.warn(
            "cluster",
            "there is one broker: what it loses is lost",
            "three, with three copies of each topic"
        );
    }
    for (const BrokerFact& broker : cluster.brokers)
        check_broker(broker, cluster.brokers.size(), checks);
}

}  // namespace sluice::doctor
