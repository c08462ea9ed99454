#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace sluice::daemon {
namespace {

namespace push = deliver::push;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

Result<Config> config_pushing(const std::string& sink, const std::string& push = "") {
    return parse_config(
        "sluice.yaml",
        "contracts: [a]\n" + push + "\nsubscriptions: [{name: a, domain: d, sink: " + sink + "}]"
    );
}

push::PushOptions good_push(const std::string& sink, const std::string& push = "") {
    const auto config = config_pushing(sink, push);
    EXPECT_TRUE(config) << sink << ": " << config.error().message;
    return config ? config.value().subscriptions.at(0).push.value() : push::PushOptions{};
}

void expect_no_push(const std::string& sink, std::string_view words, const std::string& push = "") {
    const auto config = config_pushing(sink, push);
    ASSERT_FALSE(config) << sink;
    EXPECT_NE(config.error().message.find(words), std::string::npos) << config.error().message;
    EXPECT_EQ(config.error().message.find(kSecret + 6), std::string::npos) << "shown to nobody";
}

TEST(PushConfig, AnAddressIsEnough) {
    const push::PushOptions options = good_push("{http: 'https://billing.example/events'}");
    const push::Target target{true, "billing.example", 443, "/events"};
    EXPECT_EQ(options.courier.target, target);
    EXPECT_EQ(options.mode, push::Mode::kBinary);
    EXPECT_EQ(options.courier.connections_max, 32U);
    EXPECT_EQ(options.courier.answer, Milliseconds{15'000});
    EXPECT_TRUE(options.secrets.empty());
    EXPECT_FALSE(options.dry_run);
}

TEST(PushConfig, EverythingElseMayBeSaid) {
    ::setenv("SLUICE_TEST_SECRET", kSecret, 1);  // NOLINT(concurrency-mt-unsafe): one thread
    const push::PushOptions options = good_push(
        "{http: 'https://b.example', mode: batch, batch: 64KiB, connections: 10000, connect: 1s, "
        "timeout: 30s, secrets: [{env: SLUICE_TEST_SECRET}], authorization: Bearer x, ca: ca.pem, "
        "dry_run: true, handshake: {origin: shop.example, rate: 120}}"
    );
    EXPECT_EQ(options.consent.origin, "shop.example");
    EXPECT_EQ(options.consent.per_minute, 120U);
    EXPECT_EQ(options.mode, push::Mode::kBatch);
    EXPECT_EQ(options.batch_bytes_max, 64U << 10);
    EXPECT_EQ(options.courier.connections_max, 10'000U);
    EXPECT_EQ(options.courier.connect, Milliseconds{1'000});
    EXPECT_EQ(options.courier.answer, Milliseconds{30'000});
    EXPECT_EQ(options.secrets, std::vector{push::Secret::parse(kSecret).value()});
    EXPECT_EQ(options.authorization, "Bearer x");
    EXPECT_EQ(options.courier.ca_file, "ca.pem");
    EXPECT_TRUE(options.dry_run);
    EXPECT_EQ(
        good_push("{http: 'http://b.example', mode: structured}").mode, push::Mode::kStructured
    );
}

TEST(PushConfig, WhatIsWrongIsNamed) {
    expect_no_push("{}", "'http' is missing");
    expect_no_push("{http: b.example}", "/sink/http: is not http://HOST/PATH");
    expect_no_push("{htp: 'http://b'}", "did you mean 'http'?");
    expect_no_push("{http: 'http://b', mode: both}", "binary, structured, batch");
    expect_no_push("{http: 'http://b', connections: 0}", "/sink/connections");
    expect_no_push("{http: 'http://b', connections: 10001}", "/sink/connections");
    expect_no_push("{http: 'http://b', timeout: 11m}", "/sink/timeout");
    expect_no_push("{http: 'http://b', batch: 1MiB}", "in `mode: batch` only");
    expect_no_push(
        "{http: 'http://b', secrets: [hunter2]}", "/sink/secrets/0: a secret is \"whsec_\""
    );
    expect_no_push("{http: 'http://b', secrets: [{env: SLUICE_NO_SUCH}]}", "has no SLUICE_NO_SUCH");
    expect_no_push(std::string{"{http: 'http://b', secrets: ["} + kSecret + "x]}", "no base64");
    expect_no_push(
        std::string{"{http: 'http://b', secrets: ["} + kSecret + ", a, a, a, a, a, a, a, a]}",
        "/secrets/1"
    );
    expect_no_push("{http: 'http://b', authorization: \"a\\nb\"}", "is no value of a header");
    expect_no_push("{http: 'http://b', ca: x.pem}", "with https:// only");
    expect_no_push("{http: 'http://b', handshake: {}}", "'origin' is missing");
    expect_no_push("{http: 'http://b', handshake: {origin: 'a b'}}", "is no DNS name");
    expect_no_push("{http: 'http://b', handshake: {origin: a, rate: 0}}", "/handshake/rate");
    expect_no_push("{http: 'http://b'}, file: f", "name one of them");
    expect_no_push("{http: 'http://b'}, topic: {name: t}", "name one of them");
}

TEST(PushConfig, AnAddressThatIsNotPublicIsRefusedUnlessItIsAllowed) {
    const std::string sink = "{http: 'http://10.1.2.3/'}";
    expect_no_push(
        sink,
        "/sink/http: 10.1.2.3 is not a public address (private): if events are to go there, allow "
        "it"
    );
    expect_no_push("{http: 'http://169.254.169.254/latest'}", "metadata");
    expect_no_push("{http: 'http://[::1]/'}", "loopback");
    expect_no_push(sink, "10.1.2.3 is not", "push: {allow: [192.168.0.0/16]}");
    EXPECT_EQ(good_push(sink, "push: {allow: [10.0.0.0/8]}").courier.target.host, "10.1.2.3");
    expect_no_push(sink, "/push/allow/0", "push: {allow: [10.0.0.0/33]}");
    expect_no_push(sink, "did you mean 'allow'?", "push: {alow: [10.0.0.0/8]}");
}

}  // namespace
}  // namespace sluice::daemon
