#include "contract/load.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {
namespace {

/// A line of a contract, and what is told of it; nothing: it is taken.
struct Line {
    const char* line;
    const char* problem;
};

void expect_told(const std::string& contract, const Line& line) {
    const auto loaded = load_contract_text("c.yaml", contract);
    const std::string told = loaded.has_value() ? "" : loaded.error().message;
    EXPECT_EQ(told, line.problem) << contract;
}

class DomainKeys : public testing::TestWithParam<Line> {};

TEST_P(DomainKeys, TakeTheirRangeAndNothingBeyond) {
    constexpr std::string_view contract =
        "asyncapi: 3.0.0\nchannels: {{c: {{messages: {{m: {{}}}}}}}}\nx-sluice:\n  {}\n"
        "  domain: d\n  homes: 4\n";
    expect_told(fmt::format(fmt::runtime(contract), GetParam().line), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Gap,
    DomainKeys,
    testing::Values(
        Line{"gap: {policy: wait}", ""},
        Line{"gap: {policy: park, wait: 0ms}", ""},
        Line{"gap: {policy: skip, wait: 36500d}", ""},
        Line{"gap: {}", ""},
        Line{
            "gap: {policy: Wait}",
            "c.yaml:4:17: /x-sluice/gap/policy: 'Wait' is not one of wait, park, skip"},
        Line{
            "gap: {policy: true}",
            "c.yaml:4:17: /x-sluice/gap/policy: true is not a text; put it into quotes"},
        Line{
            "gap: {wait: 36501d}",
            "c.yaml:4:15: /x-sluice/gap/wait: '36501d' is not a duration from 0ms to 36500d (ms, "
            "s, m, h, d)"},
        Line{
            "gap: {wait: 1.5h}",
            "c.yaml:4:15: /x-sluice/gap/wait: '1.5h' is not a duration from 0ms to 36500d (ms, s, "
            "m, h, d)"},
        Line{"gap: [wait]", "c.yaml:4:8: /x-sluice/gap: a list is not a mapping"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Waiting,
    DomainKeys,
    testing::Values(
        Line{"waiting: {events: 1, bytes: 1MiB}", ""},
        Line{"waiting: {events: 1000000, bytes: 16GiB}", ""},
        Line{
            "waiting: {events: 0}",
            "c.yaml:4:21: /x-sluice/waiting/events: 0 is not a whole number from 1 to 1000000"},
        Line{
            "waiting: {events: 1000001}",
            "c.yaml:4:21: /x-sluice/waiting/events: 1000001 is not a whole number from 1 to "
            "1000000"},
        Line{
            "waiting: {events: 10.0}",
            "c.yaml:4:21: /x-sluice/waiting/events: 10.0 is not a whole number from 1 to 1000000"},
        Line{
            "waiting: {bytes: 1048575B}",
            "c.yaml:4:20: /x-sluice/waiting/bytes: '1048575B' is not a size from 1MiB to 16GiB (B, "
            "KiB, MiB, GiB, TiB)"},
        Line{
            "waiting: {bytes: 17179869185B}",
            "c.yaml:4:20: /x-sluice/waiting/bytes: '17179869185B' is not a size from 1MiB to 16GiB "
            "(B, KiB, MiB, GiB, TiB)"},
        Line{
            "waiting: {bytes: 16777216}",
            "c.yaml:4:20: /x-sluice/waiting/bytes: 16777216 is not a size from 1MiB to 16GiB (B, "
            "KiB, MiB, GiB, TiB)"},
        Line{
            "waiting: {event: 5}",
            "c.yaml:4:13: /x-sluice/waiting/event: unknown name; did you mean 'events'?; allowed "
            "here: events, bytes, source"},
        Line{"waiting: {source: {events: 1, bytes: 1MiB}}", ""},
        Line{"waiting: {source: {events: 1000000000, bytes: 1TiB}}", ""},
        Line{
            "waiting: {source: {events: 0}}",
            "c.yaml:4:30: /x-sluice/waiting/source/events: 0 is not a whole number from 1 to "
            "1000000000"},
        Line{
            "waiting: {source: {bytes: 2TiB}}",
            "c.yaml:4:29: /x-sluice/waiting/source/bytes: '2TiB' is not a size from 1MiB to 1TiB "
            "(B, KiB, MiB, GiB, TiB)"},
        Line{
            "waiting: {source: {event: 1}}",
            "c.yaml:4:22: /x-sluice/waiting/source/event: unknown name; did you mean 'events'?; "
            "allowed here: events, bytes"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Retention,
    DomainKeys,
    testing::Values(
        Line{"retention: {ordered: {age: 1m, records: 1000}, aside: {age: 3650d}}", ""},
        Line{"retention: {}", ""},
        Line{
            "retention: {ordered: {age: 59s}}",
            "c.yaml:4:30: /x-sluice/retention/ordered/age: '59s' is not a duration from 1m to "
            "3650d (ms, s, m, h, d)"},
        Line{
            "retention: {aside: {records: 999}}",
            "c.yaml:4:32: /x-sluice/retention/aside/records: 999 is not a whole number from 1000 "
            "to 1000000000000"},
        Line{
            "retention: {ordered: {hard: true}}",
            "c.yaml:4:25: /x-sluice/retention/ordered/hard: unknown name; allowed here: age, "
            "records"},
        Line{
            "retention: {channels: {}}",
            "c.yaml:4:15: /x-sluice/retention/channels: unknown name; allowed here: ordered, aside"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    ClosingAndForgetting,
    DomainKeys,
    testing::Values(
        Line{"closing: {retain: 1s}", ""},
        Line{"closing: {retain: 400d}", ""},
        Line{
            "closing: {retain: 999ms}",
            "c.yaml:4:21: /x-sluice/closing/retain: '999ms' is not a duration from 1s to 36500d "
            "(ms, s, m, h, d)"},
        Line{
            "closing: {retain: 401d}",
            "c.yaml:4:21: /x-sluice/closing/retain: forget.after must not be shorter than "
            "closing.retain"},
        Line{
            "closing: {after: 7d}",
            "c.yaml:4:13: /x-sluice/closing/after: unknown name; allowed here: retain"},
        Line{"forget: {after: 7d}", ""},
        Line{"forget: {after: 36500d}", ""},
        Line{
            "forget: {after: 604799999ms}",
            "c.yaml:4:19: /x-sluice/forget/after: forget.after must not be shorter than "
            "closing.retain"},
        Line{
            "forget: {retain: 7d}",
            "c.yaml:4:12: /x-sluice/forget/retain: unknown name; allowed here: after"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Choices,
    DomainKeys,
    testing::Values(
        Line{"start: {older: assume}", ""},
        Line{"start: {older: wait}", ""},
        Line{
            "start: {older: skip}",
            "c.yaml:4:18: /x-sluice/start/older: 'skip' is not one of assume, wait"},
        Line{
            "start: {old: wait}",
            "c.yaml:4:11: /x-sluice/start/old: unknown name; did you mean 'older'?; allowed here: "
            "older"},
        Line{"invalid: dead", ""},
        Line{"invalid: wait", ""},
        Line{"invalid: park", "c.yaml:4:12: /x-sluice/invalid: 'park' is not one of dead, wait"},
        Line{"validation: off", ""},
        Line{"validation: warn", ""},
        Line{"validation: enforce", ""},
        Line{
            "validation: false",
            "c.yaml:4:15: /x-sluice/validation: false is not a text; put it into quotes"},
        Line{
            "validation: strict",
            "c.yaml:4:15: /x-sluice/validation: 'strict' is not one of off, warn, enforce"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Sources,
    DomainKeys,
    testing::Values(
        Line{"sources: []", ""},
        Line{"sources: [/orders, '/orders;2', 'https://shop.example/주문']", ""},
        Line{"sources: /orders", "c.yaml:4:12: /x-sluice/sources: '/orders' is not a list"},
        Line{
            "sources: ['']",
            "c.yaml:4:13: /x-sluice/sources/0: '' is not a source: at least one character, no "
            "blanks"},
        Line{
            "sources: [/a, 7]",
            "c.yaml:4:17: /x-sluice/sources/1: 7 is not a text; put it into quotes"}
    )
);

class ChannelKeys : public testing::TestWithParam<Line> {};

TEST_P(ChannelKeys, TakeTheirRangeAndNothingBeyond) {
    constexpr std::string_view contract =
        "asyncapi: 3.0.0\nx-sluice: {{domain: d, homes: 4}}\nchannels:\n  c: {}\n";
    expect_told(fmt::format(fmt::runtime(contract), GetParam().line), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Bindings,
    ChannelKeys,
    testing::Values(
        Line{"{bindings: {kafka: {partitions: 1}}}", ""},
        Line{"{bindings: {kafka: {partitions: 4096, topic: 'a.B_c-9'}, ws: {}, x-own: 1}}", ""},
        Line{
            "{bindings: {kafka: {partitions: 0}}}",
            "c.yaml:4:38: /channels/c/bindings/kafka/partitions: 0 is not a whole number from 1 to "
            "4096"},
        Line{
            "{bindings: {kafka: {partitions: 4097}}}",
            "c.yaml:4:38: /channels/c/bindings/kafka/partitions: 4097 is not a whole number from 1 "
            "to 4096"},
        Line{
            "{bindings: {kafka: {partition: 4}}}",
            "c.yaml:4:26: /channels/c/bindings/kafka/partition: unknown name; did you mean "
            "'partitions'?; allowed here: topic, partitions, replicas, topicConfiguration, "
            "bindingVersion"},
        Line{
            "{bindings: {kafak: {partitions: 4}}}",
            "c.yaml:4:18: /channels/c/bindings/kafak: unknown name; did you mean 'kafka'?; allowed "
            "here: amqp, amqp1, anypointmq, googlepubsub, http, ibmmq, jms, kafka, mercure, mqtt, "
            "mqtt5, nats, pulsar, redis, ros2, sns, solace, sqs, stomp, ws"},
        Line{"{bindings: kafka}", "c.yaml:4:17: /channels/c/bindings: 'kafka' is not a mapping"},
        Line{
            "{bindings: {kafka: {topic: ..}}}",
            "c.yaml:4:33: /channels/c/bindings/kafka/topic: '..' is not the name of a topic: 1 to "
            "249 of a-z, A-Z, 0-9, '.', '_' and '-'"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Others,
    ChannelKeys,
    testing::Values(
        Line{"{}", ""},
        Line{"{x-sluice: {partitioner: murmur2, validation: off, others: pass}}", ""},
        Line{"", "c.yaml:4:3: /channels/c: a channel is due here; {} is one that says nothing"},
        Line{
            "{messages: {m: }}",
            "c.yaml:4:18: /channels/c/messages/m: a message is due here; {} is one that says "
            "nothing"},
        Line{"{messages: {m: 5}}", "c.yaml:4:21: /channels/c/messages/m: 5 is not a mapping"},
        Line{
            "{messages: {'': {}}}",
            "c.yaml:4:22: /channels/c/messages//name: a type has at least one character"},
        Line{
            "{address: ''}",
            "c.yaml:4:16: /channels/c/address: '' is not the name of a topic: 1 to 249 of a-z, "
            "A-Z, 0-9, '.', '_' and '-'"},
        Line{
            "{x-sluice: {partitioner: murmur}}",
            "c.yaml:4:31: /channels/c/x-sluice/partitioner: 'murmur' is not one of murmur2, crc32"},
        Line{
            "{x-sluice: {other: pass}}",
            "c.yaml:4:18: /channels/c/x-sluice/other: unknown name; did you mean 'others'?; "
            "allowed here: partitioner, validation, others, plain"}
    )
);

TEST(ContractKeys, TheLongestNamesAreTaken) {
    const auto told = [](std::size_t domain, std::size_t topic) {
        return load_contract_text(
                   "c",
                   fmt::format(
                       "{{asyncapi: 3.1.9999, x-sluice: {{domain: {}, homes: 4096}}, channels: "
                       "{{c: {{address: {}}}}}}}",
                       std::string(domain, 'd'),
                       std::string(topic, 't')
                   )
        )
            .has_value();
    };
    EXPECT_TRUE(told(64, 249));
    EXPECT_FALSE(told(65, 249));
    EXPECT_FALSE(told(64, 250));
}

/// The names that a refusal of `x-sluice: {zzz: 1}` says are allowed.
std::vector<std::string> allowed_names(const std::string& contract) {
    const std::string told = load_contract_text("c", contract).error().message;
    constexpr std::string_view mark = "allowed here: ";
    const std::size_t at = told.find(mark);
    EXPECT_NE(at, std::string::npos) << told;
    std::string list = told.substr(at + mark.size());
    list.resize(std::min(list.find('\n'), list.size()));
    std::vector<std::string> names;
    for (std::size_t comma = 0; comma != std::string::npos; list.erase(0, comma + 2)) {
        comma = list.find(", ");
        names.push_back(list.substr(0, comma));
        if (comma == std::string::npos) break;
    }
    return names;
}

TEST(ContractKeys, EachHasItsLineInTheReference) {
    const std::filesystem::path root =
        std::filesystem::path{__FILE__}.parent_path().parent_path().parent_path();
    std::ifstream file{root / "docs/reference/contract.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_FALSE(page.empty());
    const std::string head = "{asyncapi: 3.0.0, x-sluice: {domain: d, homes: 1";
    for (const std::string& contract : {
             head + ", zzz: 1}, channels: {c: {}}}",
             head + "}, channels: {c: {x-sluice: {zzz: 1}}}}",
             head + "}, channels: {c: {messages: {m: {x-sluice: {zzz: 1}}}}}}",
         }) {
        for (const std::string& name : allowed_names(contract)) {
            const bool told = page.find("| `" + name) != std::string::npos ||
                              page.find("| `x-sluice." + name) != std::string::npos;
            EXPECT_TRUE(told) << name;
        }
    }
}

}  // namespace
}  // namespace sluice::contract
