#include "daemon/config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

Config good(std::string_view text) {
    auto config = parse_config("/etc/sluice/sluice.yaml", text);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return std::move(config).value();
}

std::string refusal(std::string_view text) {
    const auto config = parse_config("sluice.yaml", text);
    return config.has_value() ? "accepted" : config.error().message;
}

TEST(Config, HasDefaults) {
    const Config config = good("contracts: [order.yaml]");
    EXPECT_EQ(config.data, "/etc/sluice/sluice-data");
    EXPECT_EQ(config.listen, (Address{"127.0.0.1", 8480}));
    EXPECT_EQ(config.management, (Address{"127.0.0.1", 8481}));
    EXPECT_EQ(config.contracts, std::vector<std::string>{"/etc/sluice/order.yaml"});
    EXPECT_EQ(config.log_level, LogLevel::kInfo);
    EXPECT_EQ(config.event_bytes_max, 1U << 20);
    EXPECT_EQ(config.threads, 1U);
    EXPECT_TRUE(config.subscriptions.empty());
}

TEST(Config, TakesEverythingThatTheReferenceNames) {
    const Config config = good(R"(
data: /var/lib/sluice
listen: 127.0.0.1:0
management: localhost:9
contracts: [a.yaml, /b.yaml]
log_level: warn
limits: {event: 2MiB, reserve: 1GiB}
sequencer: {threads: 4}
subscriptions:
  - name: audit
    domain: order
    types: [order.placed]
    file: audit.jsonl
    retry: {attempts: 3, first: 1s, factor: 1.5, max: 5m, jitter: 0}
    backlog: 20MiB
  - {name: audit, domain: calendar, file: c.jsonl}
)");
    EXPECT_EQ(config.data, "/var/lib/sluice");
    EXPECT_EQ(config.management, (Address{"localhost", 9}));
    EXPECT_EQ(config.contracts.at(1), "/b.yaml");
    EXPECT_EQ(config.log_level, LogLevel::kWarn);
    EXPECT_EQ(config.event_bytes_max, 2U << 20);
    EXPECT_EQ(config.reserve_bytes, 1U << 30);
    EXPECT_EQ(config.threads, 4U);
    ASSERT_EQ(config.subscriptions.size(), 2U);
    const SubscriptionConfig& audit = config.subscriptions[0];
    EXPECT_EQ(audit.types, std::vector<std::string>{"order.placed"});
    EXPECT_EQ(audit.file, "/etc/sluice/audit.jsonl");
    EXPECT_EQ(audit.retry.attempts_max, 3U);
    EXPECT_EQ(audit.retry.first, Milliseconds{1'000});
    EXPECT_EQ(audit.retry.wait_max, Milliseconds{300'000});
    EXPECT_EQ(audit.backlog_bytes_max, 20U << 20);
}

TEST(Config, RefusesWithPlaceValueAndWhatIsAllowed) {
    struct Case {
        const char* text;
        std::vector<const char*> words;
    };

    const std::vector<Case> cases{
        {"contract: [a]", {"sluice.yaml:1", "contract", "contracts"}},
        {"contracts: [a]\nlisten: here", {"sluice.yaml:2", "/listen", "'here'", "127.0.0.1:8480"}},
        {"contracts: [a]\nlisten: 127.0.0.1:99999", {"/listen", "99999"}},
        {"contracts: [a]\nlog_level: loud", {"sluice.yaml:2", "loud", "debug, info, warn, error"}},
        {"contracts: [a]\nlimits: {event: 1KiB}", {"/limits/event", "1KiB", "64KiB"}},
        {"contracts: [a]\nsequencer: {threads: 0}", {"/sequencer/threads", "1", "64"}},
        {"contracts: [a]\nsubscriptions: [{name: A!, domain: d, file: f}]",
         {"/subscriptions/0/name", "A!"}},
        {"contracts: [a]\nsubscriptions: [{name: a, file: f}]", {"domain"}},
        {"contracts: [a]\nsubscriptions: [{name: a, domain: d, file: f, retry: {first: fast}}]",
         {"/subscriptions/0/retry/first", "fast"}},
        {"contracts: [a]\nsubscriptions: [{name: a, domain: d, file: f}, {name: a, domain: d, "
         "file: g}]",
         {"already", "'a'"}},
    };
    for (const Case& one : cases) {
        const std::string found = refusal(one.text);
        for (const char* word : one.words)
            EXPECT_NE(found.find(word), std::string::npos) << word << " in " << found;
    }
}

TEST(Config, NamesEveryProblemAtOnce) {
    const std::string found = refusal("listen: here\nlog_level: loud\nwhat: 1");
    for (const char* word : {"/listen", "loud", "what", "contracts"}) {
        EXPECT_NE(found.find(word), std::string::npos) << word << " in " << found;
    }
}

TEST(Config, SaysThatThereIsNoFile) {
    const auto missing = load_config("/nowhere/sluice.yaml");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_NE(missing.error().message.find("/nowhere/sluice.yaml"), std::string::npos);
}

}  // namespace
}  // namespace sluice::daemon
