#include "doctor/diagnose.hpp"

#include "doctor/doctor_fixture.hpp"
#include "log/kafka/survey/survey_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

using log::kafka::KafkaOptions;
using log::kafka::test::Producer;
using log::kafka::test::shared_cluster;
using sluice::test::KafkaCluster;
using sluice::test::unique_name;

std::string diagnosis(
    const KafkaOptions& options, const Expectations& expected = test::expectations()
) {
    const SystemClock clock;
    DiagnoseOptions how;
    how.patience = Milliseconds{8'000};
    how.watch = Milliseconds{300};
    std::string text;
    for (const Check& check : diagnose(options, expected, how, clock))
        text += to_text(check) + "\n";
    return text;
}

TEST(DoctorOnKafka, JudgesARealCluster) {
    Producer producer;
    const std::string topic = unique_name("placed");
    producer.make_topic(topic, 4, {{"cleanup.policy", "compact"}, {"retention.ms", "60000"}});
    const auto expected = test::expectations(fmt::format(
        "asyncapi: 3.0.0\nx-sluice: {{domain: {}, homes: 6}}\nchannels:\n  c: {{address: {}, "
        "messages: {{m: {{name: a}}}}}}\n",
        "order",
        topic
    ));
    const std::string text = diagnosis(shared_cluster(), expected);
    test::expect_said(text, "reached over plaintext as User:ANONYMOUS");
    test::expect_said(text, "warn client: librdkafka 2.0.2");
    test::expect_said(text, "warn cluster: there is one broker");
    test::expect_said(text, "Kafka 4.1 or later");
    test::expect_said(text, fmt::format("fail topic {}: it is compacted", topic));
    test::expect_said(
        text, fmt::format("fail topic {}: it has 4 partitions, the contract says 6", topic)
    );
    test::expect_said(text, fmt::format("fail topic {}: records are kept for 1m", topic));
    test::expect_said(text, fmt::format("warn detour {}: ", topic));
    test::expect_said(text, "ok   topic order.ordered: not there yet");
    test::expect_said(text, "ok   acl: the brokers check no permissions");
}

TEST(DoctorOnKafka, TheMarkOfATransactionIsNoLag) {
    const std::string topic = unique_name("placed");
    KafkaOptions options = shared_cluster();
    options.properties["transactional.id"] = topic;
    Producer producer{options};
    producer.make_topic(topic, 1);
    producer.send_in_transaction(topic, 0, "{}");
    log::kafka::test::commit_offset(topic, topic, 0, 1);
    const auto expected = test::expectations(fmt::format(
        "asyncapi: 3.0.0\nx-sluice: {{domain: order, homes: 1}}\nchannels:\n  c: {{address: {}, "
        "messages: {{m: "
        "{{name: a}}}}}}\n",
        topic
    ));
    test::expect_said(
        diagnosis(shared_cluster(), expected),
        fmt::format("ok   group {}: ok; Empty, 0 members, 0 records behind", topic)
    );
    producer.send_in_transaction(topic, 0, "{}");
    test::expect_said(
        diagnosis(shared_cluster(), expected),
        fmt::format("warn group {}: stopped; Empty, 0 members, 3 records behind", topic)
    );
}

/// A domain that has grown: its topic has another name there, which the record of names tells.
TEST(DoctorOnKafka, ADomainThatHasGrownIsLookedForWhereItIs) {
    const std::string prefix = unique_name("p") + ".";
    Producer producer;
    producer.make_topic(prefix + "order.ordered", 4);  // replaced, and not deleted yet
    producer.make_topic(prefix + "order.ordered.g1", 6);
    producer.make_topic(prefix + "sluice.names", 1);
    const auto is_free = [](const std::string& /*name*/) { return false; };
    const auto names =
        log::kafka::Names{}
            .replaced({{}, {}, {"order.ordered.growing"}, {}}, is_free)
            .replaced({{{"order.ordered.growing", "order.ordered"}}, {}, {}, {}}, is_free);
    producer.send(prefix + "sluice.names", 0, names.encode());
    producer.flush();
    Expectations expected = test::expectations();
    expected.prefix = prefix;
    const std::string text = diagnosis(shared_cluster(), expected);
    test::expect_said(
        text,
        fmt::format(
            "ok   names: called otherwise on the brokers, since it has grown: {0}order.ordered is "
            "{0}order.ordered.g1",
            prefix
        )
    );
    test::expect_said(
        text, fmt::format("warn names: replaced, and not deleted: {}order.ordered ", prefix)
    );
    EXPECT_EQ(text.find("it has 4 partitions, the contract says 6"), std::string::npos) << text;
    producer.send(prefix + "sluice.names", 0, "x");
    producer.flush();
    test::expect_said(
        diagnosis(shared_cluster(), expected), "fail names: what topics are called is not told"
    );
}

TEST(DoctorOnKafka, SaysThatNobodyListens) {
    EXPECT_EQ(
        diagnosis({"127.0.0.1:1", {}, {}, {}}),
        "fail reach 127.0.0.1:1: TCP: Connect to ipv4#127.0.0.1:1 failed: Connection refused -> is "
        "a broker listening "
        "there, on that port, and does a firewall let us through?\n"
    );
}

TEST(DoctorOnKafka, SaysThatThereIsNoSuchHost) {
    test::expect_said(
        diagnosis({"no-such-host.invalid:9092", {}, {}, {}}),
        "fail reach no-such-host.invalid:9092: DNS: "
    );
}

TEST(DoctorOnKafka, SaysThatThereIsNoTls) {
    KafkaOptions options = shared_cluster();
    options.properties["security.protocol"] = "ssl";
    test::expect_said(diagnosis(options), fmt::format("fail reach {}: TLS: ", options.bootstrap));
}

/// A broker with names, passwords and ACLs.
class DoctorOnSecuredKafka : public testing::Test {
protected:
    static void SetUpTestSuite() {
        cluster = std::make_unique<KafkaCluster>(KafkaCluster::Secured{});
    }

    static void TearDownTestSuite() { cluster.reset(); }

    [[nodiscard]] static KafkaOptions as(const std::string& name, const std::string& password) {
        return {
            cluster->secured_bootstrap(),
            {{"security.protocol", "sasl_plaintext"},
             {"sasl.mechanism", "PLAIN"},
             {"sasl.username", name},
             {"sasl.password", password}},
            {},
            {}};
    }

    static std::unique_ptr<KafkaCluster> cluster;
};

std::unique_ptr<KafkaCluster> DoctorOnSecuredKafka::cluster;

TEST_F(DoctorOnSecuredKafka, SaysThatTheLoginFailed) {
    const std::string text = diagnosis(as("sluice", "wrong-password"));
    test::expect_said(text, fmt::format("fail reach {}: SASL: ", cluster->secured_bootstrap()));
    test::expect_said(text, "User:sluice");
    EXPECT_EQ(text.find("wrong-password"), std::string::npos) << text;
}

TEST_F(DoctorOnSecuredKafka, SaysThatThisIsNotTheListenersProtocol) {
    KafkaOptions options;
    options.bootstrap = cluster->secured_bootstrap();
    const std::string text = diagnosis(options);
    test::expect_said(text, "fail reach " + options.bootstrap);
    test::expect_said(text, "security.protocol");
}

TEST_F(DoctorOnSecuredKafka, SaysWhatIsNotAllowed) {
    const std::string nobody = diagnosis(as("sluice", "sluice-password"));
    test::expect_said(nobody, "as User:sluice");
    test::expect_said(nobody, "its settings are not told");
    test::expect_said(
        nobody, "warn topic order.placed: the channel is not there, or may not be seen"
    );
    test::expect_said(nobody, "the ACLs are not told: User:sluice may not Describe the cluster");
    const std::string admin = diagnosis(as("admin", "admin-password"));
    test::expect_said(
        admin,
        "nothing allows User:admin READ, DESCRIBE on TOPIC order.placed (a super user needs no ACL)"
    );
}

}  // namespace
}  // namespace sluice::doctor
