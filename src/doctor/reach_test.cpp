#include "doctor/reach.hpp"

#include "doctor/doctor_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

using log::kafka::Complaint;
using log::kafka::KafkaOptions;

// What librdkafka 2.0.2 says.
const Complaint kNoName{
    "_RESOLVE",
    "no-such-host.invalid:9092/bootstrap: Failed to resolve 'no-such-host.invalid:9092': Name or "
    "service not known "
    "(after 3ms in state CONNECT)"};
const Complaint kRefused{
    "_TRANSPORT",
    "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in "
    "state CONNECT)"};
const Complaint kDown{"_ALL_BROKERS_DOWN", "1/1 brokers are down"};
const Complaint kPassword{
    "_AUTHENTICATION",
    "sasl_plaintext://b1:9094/bootstrap: SASL authentication error: Authentication failed: Invalid "
    "username or password "
    "(after 5004ms in state AUTH_REQ)"};
const Complaint kCertificate{
    "_SSL",
    "ssl://b1:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate "
    "verify failed: broker "
    "certificate could not be verified (after 7ms in state SSL_HANDSHAKE)"};
const Complaint kAdvertised{
    "_RESOLVE",
    "internal-3:9092/3: Failed to resolve 'internal-3:9092': Name or service not known (after 1ms "
    "in state CONNECT)"};
const Complaint kNoKafka{
    "_TRANSPORT",
    "b1:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
    "security.protocol "
    "configuration (connecting to a SSL listener?) or broker version is < 0.10 (after 2ms in state "
    "APIVERSION_QUERY)"};
const Complaint kDropped{
    "_TRANSPORT",
    "b1:9092/bootstrap: Connection setup timed out in state CONNECT (after 30028ms in state "
    "CONNECT)"};

std::string told(
    const std::vector<Complaint>& complaints, const KafkaOptions& options = {}, bool reached = false
) {
    Checks checks;
    check_reach(complaints, options, reached, checks);
    return test::wrong(checks);
}

TEST(DoctorReach, ComplaintsAreTakenApart) {
    EXPECT_EQ(
        obstacle_of(kNoName),
        (Obstacle{
            Layer::kDns,
            "no-such-host.invalid:9092",
            true,
            "Failed to resolve 'no-such-host.invalid:9092': Name or "
            "service not known"})
    );
    EXPECT_EQ(
        obstacle_of(kRefused),
        (Obstacle{
            Layer::kTcp,
            "127.0.0.1:1",
            true,
            "Connect to ipv4#127.0.0.1:1 failed: Connection refused"})
    );
    EXPECT_EQ(obstacle_of(kDown), std::nullopt);
    EXPECT_EQ(obstacle_of(kPassword)->layer, Layer::kSasl);
    EXPECT_EQ(obstacle_of(kPassword)->host, "b1:9094");
    EXPECT_EQ(obstacle_of(kCertificate)->layer, Layer::kTls);
    EXPECT_EQ(obstacle_of(kNoKafka)->layer, Layer::kProtocol);
    EXPECT_EQ(obstacle_of(kDropped)->layer, Layer::kTcp);
    EXPECT_FALSE(obstacle_of(kAdvertised)->bootstrap);
    EXPECT_EQ(obstacle_of({"TOPIC_AUTHORIZATION_FAILED", "no"})->layer, Layer::kAcl);
}

TEST(DoctorReach, WordsThatAreNoneAreNoTrouble) {
    for (const char* text : {"", "/", ": ", "://", "a/b", "a: b", "ssl://"}) {
        EXPECT_TRUE(obstacle_of({"_FAIL", text}).has_value()) << text;
    }
}

TEST(DoctorReach, SaysLayerHostAndWhatToDo) {
    test::expect_said(
        told({kNoName, kDown}), "fail reach no-such-host.invalid:9092: DNS: Failed to resolve"
    );
    test::expect_said(told({kNoName}), "correct the name in kafka.address");
    test::expect_said(
        told({kRefused}),
        "fail reach 127.0.0.1:1: TCP: Connect to ipv4#127.0.0.1:1 failed: Connection refused -> is "
        "a broker"
    );
    test::expect_said(told({kCertificate}), "ssl.ca.location");
    test::expect_said(told({kAdvertised}), "advertised.listeners");
    test::expect_said(told({kNoKafka}), "no Kafka broker speaks plaintext there");
}

TEST(DoctorReach, NamesThePrincipalWhoseLoginFailed) {
    KafkaOptions options;
    options.properties = {
        {"security.protocol", "SASL_PLAINTEXT"},
        {"sasl.username", "sluice"},
        {"sasl.password", "hunter2"}};
    const std::string text = told({kPassword}, options);
    test::expect_said(
        text, "SASL: SASL authentication error: Authentication failed: Invalid username or password"
    );
    test::expect_said(text, "name and password of User:sluice");
    EXPECT_EQ(text.find("hunter2"), std::string::npos);
}

TEST(DoctorReach, TellsEachTroubleOnce) {
    const Complaint again{
        "_TRANSPORT",
        "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 1ms "
        "in state CONNECT, 1 identical error(s) suppressed)"};
    const std::string text = told({kRefused, again, kDown});
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(DoctorReach, OfAClusterThatServesItIsAWarning) {
    test::expect_said(told({kAdvertised}, {}, true), "warn reach internal-3:9092: DNS");
    EXPECT_EQ(told({}, {}, true), "");
    KafkaOptions options;
    options.bootstrap = "b1:9092";
    test::expect_said(told({kDown}, options), "fail reach b1:9092: no answer in time");
}

TEST(DoctorReach, KnowsAsWhomItComes) {
    KafkaOptions options;
    EXPECT_EQ(principal_of(options), "User:ANONYMOUS");
    EXPECT_EQ(protocol_of(options), "plaintext");
    options.properties["security.protocol"] = "ssl";
    EXPECT_EQ(principal_of(options), "User:ANONYMOUS");
    options.properties["ssl.certificate.location"] = "me.pem";
    EXPECT_EQ(principal_of(options), "the subject of its certificate");
    options.properties["security.protocol"] = "SASL_SSL";
    options.properties["sasl.username"] = "sluice";
    EXPECT_EQ(principal_of(options), "User:sluice");
    EXPECT_EQ(protocol_of(options), "sasl_ssl");
    options.secret.insert("sasl.username");
    EXPECT_EQ(principal_of(options), "the user of sasl.mechanism gssapi");
}

}  // namespace
}  // namespace sluice::doctor
