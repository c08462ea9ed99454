#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

Config good_config(std::string_view text) {
    auto config = parse_config("/etc/sluice/sluice.yaml", text);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return std::move(config).value();
}

std::string refusal(std::string_view text) {
    const auto config = parse_config("sluice.yaml", text);
    return config.has_value() ? "accepted" : config.error().message;
}

TEST(Config, HasDefaults) {
    const Config config = good_config("contracts: [order.yaml]");
    EXPECT_EQ(config.data, "/etc/sluice/sluice-data");
    EXPECT_EQ(config.listen, (Address{"127.0.0.1", 8480}));
    EXPECT_EQ(config.management, (Address{"127.0.0.1", 8481}));
    EXPECT_EQ(config.contracts, std::vector<std::string>{"/etc/sluice/order.yaml"});
    EXPECT_EQ(config.log_level, LogLevel::kInfo);
    EXPECT_EQ(config.event_bytes_max, 1U << 20);
    EXPECT_EQ(config.threads, default_threads());
    EXPECT_TRUE(config.subscriptions.empty());
}

TEST(Config, TakesEverythingThatTheReferenceNames) {
    const Config config = good_config(R"(
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
    in_flight: {events: 500, bytes: 2MiB}
    run: 10
    in_place: 7
    breaker: {subjects: 0, trials: 3, first: 2s, max: 1m}
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
    EXPECT_EQ(audit.types, deliver::WantedTypes{"order.placed"});
    EXPECT_EQ(audit.file, "/etc/sluice/audit.jsonl");
    EXPECT_EQ(audit.dispatcher.retry.attempts_max, 3U);
    EXPECT_EQ(audit.dispatcher.retry.first, Milliseconds{1'000});
    EXPECT_EQ(audit.dispatcher.retry.wait_max, Milliseconds{300'000});
    EXPECT_EQ(audit.dispatcher.backlog_bytes_max, 20U << 20);
    EXPECT_EQ(audit.dispatcher.in_flight_events_max, 500U);
    EXPECT_EQ(audit.dispatcher.in_flight_bytes_max, 2U << 20);
    EXPECT_EQ(audit.dispatcher.run_events_max, 10U);
    EXPECT_EQ(audit.dispatcher.in_place_events_max, 7U);
    EXPECT_EQ(audit.breaker.subjects_max, 0U);
    EXPECT_EQ(audit.breaker.trial_runs, 3U);
    EXPECT_EQ(audit.breaker.pause_first, Milliseconds{2'000});
    EXPECT_EQ(audit.breaker.pause_max, Milliseconds{60'000});
}

/// Of `setup` in a subscription, what the file allows the engine takes as well.
Status engine_takes(const std::string& setup) {
    const Config config = good_config(
        "contracts: [a]\nsubscriptions: [{name: a, domain: d, file: f, " + setup + "}]"
    );
    const SubscriptionConfig& one = config.subscriptions.at(0);
    const Status taken = one.dispatcher.validate();
    return taken ? one.breaker.validate() : taken;
}

TEST(Config, WhatItAllowsTheEngineTakes) {
    for (const char* setup :
         {"run: 1",
          "in_flight: {events: 100, bytes: 1MiB}, run: 10000, in_place: 0",
          "in_flight: {events: 1000000, bytes: 4GiB}, in_place: 100000, backlog: 1MiB",
          "retry: {attempts: 1, first: 1d, factor: 10, max: 7d, jitter: 1}",
          "retry: {attempts: 1000, first: 1ms, factor: 1, max: 1ms, jitter: 0}",
          "breaker: {subjects: 0, trials: 1, first: 1ms, max: 1ms}",
          "breaker: {subjects: 100000, trials: 10000, first: 1h, max: 1h}"}) {
        const Status taken = engine_takes(setup);
        EXPECT_TRUE(taken.has_value()) << setup << ": " << taken.error().message;
    }
}

TEST(Config, ABreakersLongestPauseIsNotShorterThanItsFirst) {
    EXPECT_EQ(
        refusal("contracts: [a]\nsubscriptions: [{name: a, domain: d, file: f, breaker: {first: "
                "31s}}]"),
        "sluice.yaml:2:56: /subscriptions/0/breaker: max, 30000 ms, is shorter than first, 31000 ms"
    );
}

TEST(Config, AClassOfFailuresTakesThePolicyOfAllWhereItSaysNothing) {
    const Config config = good_config(R"(contracts: [a]
subscriptions:
  - name: audit
    domain: order
    file: f
    retry:
      attempts: 3
      age: 2h
      classes: {constraint: {first: 1s, age: 1d}, thrown: {dead: true}}
)");
    const SubscriptionConfig& audit = config.subscriptions.at(0);
    EXPECT_EQ(audit.dispatcher.retry.age_max, Milliseconds{7'200'000});
    ASSERT_EQ(audit.dispatcher.retry_classes.size(), 2U);
    const dispatch::RetryClass& constraint = audit.dispatcher.retry_classes[0];
    EXPECT_EQ(constraint.name, "constraint");
    EXPECT_FALSE(constraint.dead);
    EXPECT_EQ(constraint.policy.attempts_max, 3U);
    EXPECT_EQ(constraint.policy.first, Milliseconds{1'000});
    EXPECT_EQ(constraint.policy.age_max, Milliseconds{86'400'000});
    EXPECT_TRUE(audit.dispatcher.retry_classes[1].dead);
}

/// A configuration that is good but for one line, its second; and all that is said about it.
struct Refused {
    const char* line;
    const char* said;
};

void expect_all_refused(const std::vector<Refused>& cases) {
    for (const Refused& one : cases) {
        EXPECT_EQ(refusal(std::string{"contracts: [a]\n"} + one.line), one.said) << one.line;
    }
}

TEST(Config, AnUnknownNameIsRefusedWithTheNearestAndAll) {
    expect_all_refused({
        {"listn: 127.0.0.1:1",
         "sluice.yaml:2:1: /listn: unknown name; did you mean 'listen'?; allowed here: data, "
         "listen, management, tls, auth, contracts, log_level, limits, push, sequencer, "
         "subscriptions, sagas, traces, trails, kafka"},
        {"limits: {evnt: 1MiB}",
         "sluice.yaml:2:10: /limits/evnt: unknown name; did you mean 'event'?; allowed here: "
         "event, reserve"},
        {"sequencer: {thread: 2}",
         "sluice.yaml:2:13: /sequencer/thread: unknown name; did you mean 'threads'?; allowed "
         "here: threads"},
        {"subscriptions: [{name: a, domain: d, file: f, typs: [x]}]",
         "sluice.yaml:2:47: /subscriptions/0/typs: unknown name; did you mean 'types'?; allowed "
         "here: name, domain, types, filters, versions, keep, jq, personal, state, file, topic, "
         "sink, retry, backlog, in_flight, run, in_place, breaker, start"},
        {"subscriptions: [{name: a, domain: d, file: f, in_flight: {event: 7}}]",
         "sluice.yaml:2:59: /subscriptions/0/in_flight/event: unknown name; did you mean "
         "'events'?; allowed here: events, bytes"},
        {"subscriptions: [{name: a, domain: d, file: f, breaker: {pause: 1s}}]",
         "sluice.yaml:2:57: /subscriptions/0/breaker/pause: unknown name; allowed here: subjects, "
         "trials, first, max"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {maxx: 1s}}]",
         "sluice.yaml:2:55: /subscriptions/0/retry/maxx: unknown name; did you mean 'max'?; "
         "allowed here: attempts, first, factor, max, jitter, age, classes"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {classes: {constrant: {}}}}]",
         "sluice.yaml:2:76: /subscriptions/0/retry/classes/constrant: 'constrant' is no class of "
         "failures; did you mean 'constraint'?; there are: asked, rejected, constraint, sql, "
         "thrown, status, no-answer"},
        {"x-note: mine",
         "sluice.yaml:2:1: /x-note: unknown name; allowed here: data, listen, management, tls, "
         "auth, contracts, log_level, limits, push, sequencer, subscriptions, sagas, traces, "
         "trails, kafka"},
    });
}

TEST(Config, AValueOfTheWrongKindIsNamed) {
    expect_all_refused({
        {"data: [x]", "sluice.yaml:2:7: /data: a list is not a text"},
        {"data: ''", "sluice.yaml:2:7: /data: '' is not a path"},
        {"management: 8481",
         "sluice.yaml:2:13: /management: 8481 is not a text; put it into quotes"},
        {"limits: 7", "sluice.yaml:2:9: /limits: 7 is not a mapping"},
        {"sequencer: [1]", "sluice.yaml:2:12: /sequencer: a list is not a mapping"},
        {"subscriptions: {a: b}", "sluice.yaml:2:16: /subscriptions: a mapping is not a list"},
        {"log_level: loud",
         "sluice.yaml:2:12: /log_level: 'loud' is not one of debug, info, warn, error"},
        {"log_level: INFO",
         "sluice.yaml:2:12: /log_level: 'INFO' is not one of debug, info, warn, error"},
    });
    EXPECT_EQ(
        refusal("contracts: shop.yaml"), "sluice.yaml:1:12: /contracts: 'shop.yaml' is not a list"
    );
    EXPECT_EQ(refusal("contracts: [a, '']"), "sluice.yaml:1:16: /contracts/1: '' is not a path");
}

TEST(Config, AnAddressIsHostAndPortOnLoopback) {
    expect_all_refused({
        {"listen: here",
         "sluice.yaml:2:9: /listen: 'here' is not HOST:PORT, such as 127.0.0.1:8480"},
        {"listen: 127.0.0.1:65536",
         "sluice.yaml:2:9: /listen: '127.0.0.1:65536' is not HOST:PORT, such as 127.0.0.1:8480"},
        {"listen: 0.0.0.0:8480",
         "sluice.yaml:2:9: /listen: '0.0.0.0:8480' is not on loopback: without a login Sluice "
         "listens there only, such as on 127.0.0.1:8480"},
        {"management: 127.0.0.1.example.com:9",
         "sluice.yaml:2:13: /management: '127.0.0.1.example.com:9' is not on loopback: without a "
         "login Sluice listens there only, such as on 127.0.0.1:9"},
    });
    EXPECT_EQ(
        refusal("contracts: [a]\nlisten: 127.0.0.1:9\nmanagement: 127.0.0.1:9"),
        "sluice.yaml:3:13: /management: '127.0.0.1:9' is where the API listens; choose another port"
    );
    EXPECT_EQ(
        good_config("contracts: [a]\nlisten: 127.0.0.1:0\nmanagement: 127.0.0.1:0").listen.port, 0
    );
    EXPECT_EQ(
        good_config("contracts: [a]\nlisten: ::1:9\nmanagement: 127.0.0.1:9").listen.host, "::1"
    );
}

TEST(Config, ThereIsAContractAtLeast) {
    EXPECT_EQ(refusal(""), "sluice.yaml:1:1: the file is empty");
    EXPECT_EQ(refusal("data: x"), "sluice.yaml:1:1: 'contracts' is missing");
    EXPECT_EQ(
        refusal("contracts: []"),
        "sluice.yaml:1:12: /contracts: is empty; name an AsyncAPI document for each domain"
    );
}

TEST(Config, ASubscriptionIsWholeAndAlone) {
    expect_all_refused({
        {"subscriptions: [{name: a, domain: d}]",
         "sluice.yaml:2:17: /subscriptions/0: 'file' is missing"},
        {"subscriptions: [{name: a, domain: d, file: ''}]",
         "sluice.yaml:2:44: /subscriptions/0/file: '' is not a path"},
        {"subscriptions: [{name: A!, domain: d, file: f}]",
         "sluice.yaml:2:24: /subscriptions/0/name: 'A!' is not 1 to 64 of a-z, 0-9 and '-'"},
        {"subscriptions: [{name: a, domain: d, file: f}, {name: a, domain: d, file: g}]",
         "sluice.yaml:2:48: /subscriptions/1: the domain 'd' has a subscription 'a' already"},
        {"subscriptions: [{name: a, domain: d, file: f}, {name: b, domain: d, file: x/../f}]",
         "sluice.yaml:2:75: /subscriptions/1/file: the subscription 'a' writes to this file "
         "already"},
    });
    const std::string longest(64, 'a');
    const auto named = [](const std::string& name) {
        return "contracts: [a]\nsubscriptions: [{name: " + name + ", domain: d, file: f}]";
    };
    EXPECT_EQ(good_config(named(longest)).subscriptions.at(0).name, longest);
    EXPECT_NE(refusal(named(longest + "a")), "accepted");
}

/// What lies just within a limit is taken, what lies just beyond is refused.
struct Limit {
    const char* key;  ///< "/limits/event"
    std::vector<const char*> taken;
    std::vector<const char*> refused;
    const char* allowed;
};

TEST(Config, EveryLimitHoldsAtItsEnds) {
    const std::vector<Limit> limits{
        {"limits: {event: VALUE}",
         {"64KiB", "65536B", "8MiB"},
         {"65535B", "8388609B", "1MB", "-1", "''", "[]"},
         "a size from 64KiB to 8MiB"},
        {"limits: {reserve: VALUE}", {"0B", "1TiB"}, {"2TiB", "x"}, "a size from 0B to 1TiB"},
        {"sequencer: {threads: VALUE}",
         {"1", "64"},
         {"0", "65", "-1", "1.5", "two"},
         "a whole number from 1 to 64"},
        {"subscriptions: [{name: a, domain: d, file: f, backlog: VALUE}]",
         {"1MiB", "1TiB"},
         {"1048575B", "2TiB"},
         "a size from 1MiB to 1TiB"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {attempts: VALUE}}]",
         {"1", "1000"},
         {"0", "1001"},
         "a whole number from 1 to 1000"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {first: VALUE}}]",
         {"1ms", "1d", "24h"},
         {"0ms", "25h", "1", "fast"},
         "a duration from 1ms to 1d"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {age: VALUE}}]",
         {"1ms", "7d"},
         {"0s", "8d"},
         "a duration from 1ms to 7d"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {max: VALUE}}]",
         {"1ms", "7d"},
         {"0s", "8d"},
         "a duration from 1ms to 7d"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {factor: VALUE}}]",
         {"1", "1.0", "10"},
         {"0.99", "10.01", ".nan"},
         "a number from 1 to 10"},
        {"subscriptions: [{name: a, domain: d, file: f, retry: {jitter: VALUE}}]",
         {"0", "1"},
         {"-0.01", "1.01"},
         "a number from 0 to 1"},
        {"subscriptions: [{name: a, domain: d, file: f, in_flight: {events: VALUE}}]",
         {"100", "1000000"},
         {"99", "1000001"},
         "a whole number from 100 to 1000000"},
        {"subscriptions: [{name: a, domain: d, file: f, in_flight: {bytes: VALUE}}]",
         {"1MiB", "4GiB"},
         {"1048575B", "5GiB"},
         "a size from 1MiB to 4GiB"},
        {"subscriptions: [{name: a, domain: d, file: f, run: VALUE}]",
         {"1", "10000"},
         {"0", "10001"},
         "a whole number from 1 to 10000"},
        {"subscriptions: [{name: a, domain: d, file: f, in_place: VALUE}]",
         {"0", "100000"},
         {"-1", "100001"},
         "a whole number from 0 to 100000"},
        {"subscriptions: [{name: a, domain: d, file: f, breaker: {subjects: VALUE}}]",
         {"0", "100000"},
         {"-1", "100001"},
         "a whole number from 0 to 100000"},
        {"subscriptions: [{name: a, domain: d, file: f, breaker: {trials: VALUE}}]",
         {"1", "10000"},
         {"0", "10001"},
         "a whole number from 1 to 10000"},
        {"subscriptions: [{name: a, domain: d, file: f, breaker: {max: VALUE}}]",
         {"500ms", "1h"},
         {"0ms", "61m"},
         "a duration from 1ms to 1h"},
    };
    for (const Limit& one : limits) {
        const auto with = [&one](const std::string& value) {
            std::string line = one.key;
            return "contracts: [a]\n" + line.replace(line.find("VALUE"), 5, value);
        };
        for (const char* value : one.taken)
            EXPECT_EQ(refusal(with(value)), "accepted") << with(value);
        for (const char* value : one.refused) {
            const std::string said = refusal(with(value));
            EXPECT_EQ(said.rfind("sluice.yaml:2:", 0), 0U) << with(value) << ": " << said;
            EXPECT_NE(said.find(one.allowed), std::string::npos) << with(value) << ": " << said;
        }
    }
}

TEST(Config, NamesEveryProblemAtOnceInTheOrderOfTheFile) {
    EXPECT_EQ(
        refusal("listen: here\nlog_level: loud\nwhat: 1"),
        "sluice.yaml:1:1: 'contracts' is missing\n"
        "sluice.yaml:1:9: /listen: 'here' is not HOST:PORT, such as 127.0.0.1:8480\n"
        "sluice.yaml:2:12: /log_level: 'loud' is not one of debug, info, warn, error\n"
        "sluice.yaml:3:1: /what: unknown name; allowed here: data, listen, management, tls, auth, "
        "contracts, log_level, limits, push, sequencer, subscriptions, sagas, traces, trails, kafka"
    );
}

TEST(Config, ABrokenDocumentIsRefusedWithItsPlace) {
    for (const char* text :
         {"contracts: [",
          "contracts: [a]\n\tdata: x",
          "contracts: [a]\n data: x",
          "contracts: \"a",
          "contracts: [a]\ndata: x\ndata: y",
          "contracts: &x [*x]",
          "contracts: [*nobody]"}) {
        const std::string said = refusal(text);
        EXPECT_EQ(said.rfind("sluice.yaml:", 0), 0U) << text << ": " << said;
        EXPECT_EQ(said.find('\n'), std::string::npos) << text << ": " << said;
    }
}

TEST(Config, PathsStartAtTheFileAndAbsoluteOnesStay) {
    const Config config = good_config(
        "data: ../x\ncontracts: [sub/a.yaml, /b.yaml]\n"
        "subscriptions: [{name: a, domain: d, file: /var/a.jsonl}]"
    );
    EXPECT_EQ(config.data, "/etc/sluice/../x");
    EXPECT_EQ(config.contracts, (std::vector<std::string>{"/etc/sluice/sub/a.yaml", "/b.yaml"}));
    EXPECT_EQ(config.subscriptions.at(0).file, "/var/a.jsonl");
    EXPECT_EQ(parse_config("sluice.yaml", "contracts: [a.yaml]").value().data, "sluice-data");
}

TEST(Config, SaysThatThereIsNoFile) {
    const auto missing = load_config("/nowhere/sluice.yaml");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(
        missing.error().message,
        "/nowhere/sluice.yaml: cannot be read: No such file or directory; -c names another "
        "configuration"
    );
}

}  // namespace
}  // namespace sluice::daemon
