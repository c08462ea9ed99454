#include "doctor/acl.hpp"

#include "base/assert.hpp"
#include "doctor/examine.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/trail.hpp"
#include "runtime/states/state_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::doctor {

namespace {

using log::kafka::AclFact;

const std::vector<std::string> kReads{"READ", "DESCRIBE"};
const std::vector<std::string> kWrites{"WRITE", "DESCRIBE"};
const std::vector<std::string> kBoth{"READ", "WRITE", "DESCRIBE"};
const std::vector<std::string> kMakes{"READ", "WRITE", "DESCRIBE", "CREATE"};
/// Of Sluice's own topics: makes them, cuts them behind who needed what goes.
const std::vector<std::string> kOwns{
    "READ", "WRITE", "DESCRIBE", "CREATE", "DELETE", "DESCRIBE_CONFIGS"};

std::string ordered_topic_of(const contract::Contract& contract) {
    return contract.given ? contract.channels.front().topic
                          : runtime::ordered_topic(contract.domain);
}

/// A group, the topics of its state, and the transactions of its members.
void add_group(PartNeeds& needs, const std::string& group) {
    for (const char* suffix : {".state", ".snapshots"}) {
        needs.permissions.push_back({"TOPIC", group + suffix, "LITERAL", kOwns});
    }
    needs.permissions.push_back({"GROUP", group, "LITERAL", kReads});
    needs.permissions.push_back({"TRANSACTIONAL_ID", group + ".", "PREFIXED", kWrites});
}

class Domain {
public:
    Domain(const contract::Contract& contract, const std::string& prefix)
        : contract_{contract},
          prefix_{prefix} {}

    [[nodiscard]] PartNeeds sequencer() const {
        PartNeeds needs{
            "sequencer of " + contract_.domain,
            "reads the channels, writes the domain's own topics",
            {}};
        add_channels(needs, kReads);
        for (const std::string& name :
             {runtime::ordered_topic(contract_.domain),
              runtime::repartition_topic(contract_.domain),
              runtime::aside_topic(contract_.domain)}) {
            needs.permissions.push_back({"TOPIC", prefix_ + name, "LITERAL", kOwns});
        }
        const std::string group = runtime::sequencer_group(contract_.domain);
        add_group(needs, group);
        add_names(needs, {"READ", "DESCRIBE", "CREATE"});
        return needs;
    }

    [[nodiscard]] PartNeeds dispatcher() const {
        PartNeeds needs{
            "dispatcher of " + contract_.domain,
            "reads the ordered topic, keeps its own progress; subscriptions and verbs of the API",
            {}};
        needs.permissions.push_back(
            {"TOPIC", prefix_ + ordered_topic_of(contract_), "LITERAL", kReads}
        );
        for (const std::string& name :
             {runtime::commands_topic(contract_.domain), runtime::audit_topic(contract_.domain)}) {
            needs.permissions.push_back({"TOPIC", prefix_ + name, "LITERAL", kOwns});
        }
        needs.permissions.push_back(
            {"TOPIC", prefix_ + runtime::history_topic(contract_.domain), "LITERAL", kMakes}
        );
        needs.permissions.push_back(
            {"TOPIC", prefix_ + std::string{runtime::kSubscriptionsTopic}, "LITERAL", kMakes}
        );
        add_group(needs, runtime::runner_group(contract_.domain));
        add_names(needs, {"READ", "DESCRIBE", "CREATE"});
        return needs;
    }

    /// Beside the sequencer, in groups of their own.
    [[nodiscard]] std::vector<PartNeeds> keepers() const {
        std::vector<PartNeeds> all;
        const std::string& name = contract_.domain;
        all.push_back(
            keeper("trails of " + name, "keeps what sluice trace tells", runtime::trail_group(name))
        );
        for (const auto& topic : {runtime::aside_topic(name), runtime::audit_topic(name)}) {
            all.back().permissions.push_back({"TOPIC", prefix_ + topic, "LITERAL", kReads});
        }
        if (contract_.reducer) {
            all.push_back(keeper(
                "states of " + name, "keeps the state at each position", runtime::state_group(name)
            ));
        }
        return all;
    }

    [[nodiscard]] PartNeeds producers() const {
        PartNeeds needs{
            "producers of " + contract_.domain, "services that publish, and sluice publish", {}};
        add_channels(needs, kWrites);
        return needs;
    }

    [[nodiscard]] PartNeeds bystanders() const {
        PartNeeds needs{"doctor and observe on " + contract_.domain, "look and write nothing", {}};
        add_channels(needs, {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"});
        needs.permissions.push_back(
            {"CLUSTER", "kafka-cluster", "LITERAL", {"DESCRIBE", "DESCRIBE_CONFIGS"}}
        );
        add_names(needs, kReads);
        return needs;
    }

private:
    void add_channels(PartNeeds& needs, const std::vector<std::string>& operations) const {
        for (const contract::Channel& channel : contract_.channels) {
            needs.permissions.push_back({"TOPIC", prefix_ + channel.topic, "LITERAL", operations});
        }
    }

    /// What topics are called whose domain has grown.
    void add_names(PartNeeds& needs, const std::vector<std::string>& operations) const {
        const std::string topic = prefix_ + std::string{log::kafka::kNamesTopic};
        needs.permissions.push_back({"TOPIC", topic, "LITERAL", operations});
    }

    [[nodiscard]] PartNeeds keeper(std::string part, std::string why, const std::string& group)
        const {
        PartNeeds needs{std::move(part), std::move(why), {}};
        needs.permissions.push_back(
            {"TOPIC", prefix_ + runtime::ordered_topic(contract_.domain), "LITERAL", kReads}
        );
        add_group(needs, group);
        return needs;
    }

    void add_group(PartNeeds& needs, const std::string& group) const {
        doctor::add_group(needs, prefix_ + group);
    }

    const contract::Contract& contract_;
    const std::string& prefix_;
};

/// Besides what the dispatcher needs. Whoever reads that topic needs Read on it, and nothing of
/// Sluice's.
PartNeeds subscription(const TopicTarget& target, const std::string& prefix) {
    std::vector<std::string> operations = kWrites;
    if (target.made) operations.emplace_back("CREATE");
    return {
        fmt::format("subscription {} of {}", target.subscription, target.domain),
        "writes to the team's own topic",
        {{"TOPIC", prefix + target.topic, "LITERAL", std::move(operations)}}};
}

bool names(const AclFact& acl, const Permission& permission) {
    if (acl.resource != permission.resource) return false;
    if (acl.pattern == "PREFIXED") return permission.name.starts_with(acl.name);
    return acl.name == "*" || acl.name == permission.name;
}

/// As Kafka has it: Read, Write, Delete and Alter imply Describe; AlterConfigs implies
/// DescribeConfigs.
bool covers(std::string_view granted, std::string_view wanted) {
    if (granted == "ALL" || granted == wanted) return true;
    if (wanted == "DESCRIBE") {
        return granted == "READ" || granted == "WRITE" || granted == "DELETE" || granted == "ALTER";
    }
    return wanted == "DESCRIBE_CONFIGS" && granted == "ALTER_CONFIGS";
}

/// "DESCRIBE_CONFIGS" as "DescribeConfigs".
std::string camel(std::string_view word) {
    std::string text;
    bool first = true;
    for (const char letter : word) {
        if (letter == '_') {
            first = true;
            continue;
        }
        const bool upper = letter >= 'A' && letter <= 'Z';
        text += upper && !first ? static_cast<char>(letter - 'A' + 'a') : letter;
        first = false;
    }
    return text;
}

/// The topic, or the group, that has taken its place.
Permission on_brokers(
    const log::kafka::Names& names, const std::string& prefix, Permission permission
) {
    if (permission.pattern != "LITERAL") return permission;
    const auto name = std::string_view{permission.name}.substr(prefix.size());
    if (permission.resource == "TOPIC") permission.name = prefix + names.topic_on_broker(name);
    if (permission.resource == "GROUP") permission.name = prefix + names.group_on_broker(name);
    return permission;
}

std::string_view option_of(std::string_view resource) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOptions{
        {{"TOPIC", "--topic"}, {"GROUP", "--group"}, {"TRANSACTIONAL_ID", "--transactional-id"}}};
    const auto* found = std::find_if(kOptions.begin(), kOptions.end(), [&](const auto& one) {
        return one.first == resource;
    });
    SLUICE_ASSERT(found != kOptions.end());
    return found->second;
}

}  // namespace

std::vector<PartNeeds> needs_of(const Expectations& expected) {
    std::vector<PartNeeds> all;
    for (const auto& contract : expected.contracts) {
        const Domain domain{*contract, expected.prefix};
        if (!contract->given) all.push_back(domain.sequencer());
        all.push_back(domain.dispatcher());
        if (!contract->given) {
            for (PartNeeds& keeper : domain.keepers()) all.push_back(std::move(keeper));
        }
        for (const TopicTarget& target : expected.targets) {
            if (target.domain != contract->domain) continue;
            all.push_back(subscription(target, expected.prefix));
        }
        all.push_back(domain.producers());
        all.push_back(domain.bystanders());
    }
    return all;
}

bool allowed(
    std::span<const AclFact> acls,
    std::string_view principal,
    const Permission& permission,
    std::string_view operation
) {
    bool allows = false;
    for (const AclFact& acl : acls) {
        if (!names(acl, permission) || (acl.principal != principal && acl.principal != "User:*"))
            continue;
        if (acl.permission == "DENY" && (acl.operation == "ALL" || acl.operation == operation))
            return false;
        if (acl.permission == "ALLOW" && covers(acl.operation, operation)) allows = true;
    }
    return allows;
}

std::string as_arguments(const Permission& permission, std::string_view principal) {
    std::string text = fmt::format("--allow-principal {}", principal);
    for (const std::string& operation : permission.operations)
        text += " --operation " + camel(operation);
    if (permission.resource == "CLUSTER") return text + " --cluster";  // there is one
    text += fmt::format(" {} {}", option_of(permission.resource), permission.name);
    if (permission.pattern == "PREFIXED") text += " --resource-pattern-type prefixed";
    return text;
}

void check_acls(const Findings& findings, const Expectations& expected, Checks& checks) {
    const auto& brokers = findings.cluster.brokers;
    const bool open =
        !brokers.empty() && std::all_of(brokers.begin(), brokers.end(), [](const auto& broker) {
            const auto authorizer = broker.settings.find("authorizer.class.name");
            return authorizer != broker.settings.end() && authorizer->second.empty();
        });
    if (open)
        return checks.ok(
            "acl", "the brokers check no permissions (authorizer.class.name is empty)"
        );
    if (!findings.acls) {
        return checks.warn(
            "acl",
            "the ACLs are not told: " + findings.principal + " may not Describe the cluster",
            "sluice doctor --acl lists what is needed; compare by hand"
        );
    }
    const std::size_t before = checks.size();
    for (const PartNeeds& part : needs_of(expected)) {
        if (part.part.starts_with("producers")) continue;  // other principals
        for (const Permission& named : part.permissions) {
            const Permission permission = on_brokers(findings.names, expected.prefix, named);
            std::vector<std::string> missing;
            for (const std::string& operation : permission.operations) {
                if (!allowed(*findings.acls, findings.principal, permission, operation))
                    missing.push_back(operation);
            }
            if (missing.empty()) continue;
            const Permission lacking{
                permission.resource, permission.name, permission.pattern, missing};
            checks.warn(
                "acl " + part.part,
                fmt::format(
                    "nothing allows {} {} on {} {} (a super user needs no ACL)",
                    findings.principal,
                    fmt::join(missing, ", "),
                    permission.resource,
                    permission.name
                ),
                "kafka-acls.sh --add " + as_arguments(lacking, findings.principal)
            );
        }
    }
    if (checks.size() == before)
        checks.ok("acl", findings.principal + " may do all that the parts need");
}

}  // namespace sluice::doctor
