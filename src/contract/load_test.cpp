#include "contract/load.hpp"

#include "contract/test_contract.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

namespace sluice::contract {
namespace {

TEST(LoadContract, ReadsAllThatItSays) {
    const auto loaded = load_contract_text("order.yaml", test::kGood);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    const Contract& contract = *loaded;
    EXPECT_EQ(contract.domain, "order");
    EXPECT_EQ(contract.homes, 8U);
    EXPECT_EQ(contract.sources, (std::vector<std::string>{"/orders", "/deliveries"}));
    EXPECT_EQ(contract.gap.policy, GapPolicy::kWait);
    EXPECT_EQ(contract.gap.wait, Milliseconds{30'000});
    EXPECT_EQ(contract.closed_kept, Milliseconds{7 * 86'400'000});
    EXPECT_EQ(contract.tombstone_kept, Milliseconds{400LL * 86'400'000});
    ASSERT_EQ(contract.channels.size(), 2U);
    const Channel& placed = *contract.channel_of("order.placed");
    EXPECT_EQ(placed.partitions, 12U);
    EXPECT_EQ(placed.partitioner, Partitioner::kMurmur2);
    EXPECT_EQ(placed.validation, Validation::kEnforce);
    EXPECT_EQ(placed.others, Others::kPass);
    EXPECT_EQ(placed.types, std::vector<std::string>{"order.placed"});
    const Channel& cancelled = *contract.channel_of("order.cancelled");
    EXPECT_EQ(cancelled.name, "cancelled");
    EXPECT_EQ(cancelled.partitions, 8U);
    EXPECT_EQ(cancelled.partitioner, Partitioner::kCrc32);
    EXPECT_EQ(cancelled.validation, Validation::kWarn);
    EXPECT_EQ(cancelled.others, Others::kForeign);
    EXPECT_EQ(contract.channel_of("nothing"), nullptr);
    const MessageType& type = *contract.type("order.cancelled");
    EXPECT_TRUE(type.closes);
    EXPECT_FALSE(type.wanted_by_rules);
    EXPECT_EQ(type.schema, nullptr);
    ASSERT_EQ(type.rules.size(), 1U);
    EXPECT_EQ(type.rules[0].types, std::vector<std::string>{"order.placed"});
    EXPECT_TRUE(contract.type("order.placed")->wanted_by_rules);
    EXPECT_NE(contract.type("order.placed")->schema, nullptr);
    EXPECT_EQ(contract.type("order.lost"), nullptr);
}

TEST(LoadContract, HasDefaults) {
    const auto loaded = load_contract_text("c", R"(
asyncapi: 3.1.0
x-sluice: {domain: d, homes: 1}
channels: {only: {messages: {happened: {}}}}
)");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->channels[0].topic, "only");
    EXPECT_EQ(loaded->channels[0].partitions, 1U);
    EXPECT_EQ(loaded->channels[0].types, std::vector<std::string>{"happened"});
    EXPECT_TRUE(loaded->sources.empty());
    EXPECT_EQ(loaded->gap.policy, GapPolicy::kWait);
    EXPECT_EQ(loaded->invalid, InvalidPolicy::kDead);
    EXPECT_EQ(loaded->older, OlderPolicy::kAssume);
    EXPECT_EQ(loaded->changed, ChangedPolicy::kHold);
    EXPECT_EQ(loaded->waiting_events_max, 10'000U);
    EXPECT_EQ(loaded->source_events_max, 10'000'000U);
    EXPECT_EQ(loaded->source_bytes_max, std::uint64_t{10} << 30);
    EXPECT_FALSE(loaded->keep_ordered.age || loaded->keep_ordered.records) << "all is kept";
    EXPECT_FALSE(loaded->keep_aside.age || loaded->keep_aside.records);
}

TEST(LoadContract, ReadsTheOtherChoices) {
    const auto loaded = load_contract_text("c", R"(
asyncapi: 3.1.0
x-sluice:
  domain: d
  homes: 4096
  gap: {policy: skip, wait: 0s}
  invalid: wait
  changed: drop
  start: {older: wait}
  validation: off
  waiting: {events: 5, bytes: 1GiB, source: {events: 7, bytes: 1TiB}}
channels:
  a:
    address: '{ignored}'
    bindings:
      kafka: {topic: a.b_c-D, replicas: 3, topicConfiguration: {cleanup.policy: [delete]}}
      ws: {query: {}}
    messages:
      m:
        contentType: application/avro
        payload: {schemaFormat: application/vnd.apache.avro, schema: {}}
)");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->gap.policy, GapPolicy::kSkip);
    EXPECT_EQ(loaded->gap.wait, Milliseconds{0});
    EXPECT_EQ(loaded->invalid, InvalidPolicy::kWait);
    EXPECT_EQ(loaded->changed, ChangedPolicy::kDrop);
    EXPECT_EQ(loaded->older, OlderPolicy::kWait);
    EXPECT_EQ(loaded->channels[0].validation, Validation::kOff);
    EXPECT_EQ(loaded->channels[0].topic, "a.b_c-D");
    EXPECT_EQ(loaded->waiting_events_max, 5U);
    EXPECT_EQ(loaded->waiting_bytes_max, std::uint64_t{1} << 30);
    EXPECT_EQ(loaded->source_events_max, 7U);
    EXPECT_EQ(loaded->source_bytes_max, std::uint64_t{1} << 40);
    EXPECT_EQ(loaded->type("m")->schema, nullptr);
}

TEST(LoadContract, CompilesRules) {
    const auto loaded = load_contract_text("c", R"(
asyncapi: 3.1.0
x-sluice: {domain: d, homes: 1}
channels:
  all:
    messages:
      a: {}
      b: {x-sluice: {after: a}}
      c: {x-sluice: {after: [a, b], if-seen: [b], after-any: [a, b]}}
      d: {x-sluice: {after: c, same: /parcelId}}
      e: {x-sluice: {after-any: [c, d], same: /parcelId}}
      f: {x-sluice: {after: c, same: /a~1b}}
)");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    const auto& rules = loaded->type("c")->rules;
    ASSERT_EQ(rules.size(), 4U);
    EXPECT_EQ(rules[0].text(), "a");
    EXPECT_EQ(rules[1].text(), "b");
    EXPECT_EQ(rules[2].text(), "b");
    EXPECT_TRUE(rules[2].if_seen);
    EXPECT_EQ(rules[3].text(), "a or b");
    EXPECT_EQ(loaded->type("d")->rules[0].text(), "c with the same /parcelId");
    const auto& remembered = loaded->type("c")->remembered;
    ASSERT_EQ(remembered.size(), 2U);
    EXPECT_EQ(remembered[0].text(), "/a~1b");
    EXPECT_EQ(remembered[1].text(), "/parcelId");
    EXPECT_TRUE(loaded->type("a")->remembered.empty());
}

TEST(LoadContract, OneMessageMayTravelOnTwoChannels) {
    const auto loaded = load_contract_text("c", R"(
asyncapi: 3.1.0
x-sluice: {domain: d, homes: 1}
channels:
  a: {messages: {m: {$ref: '#/components/messages/m'}}}
  b: {messages: {other: {$ref: '#/components/messages/m'}}}
components: {messages: {m: {name: happened}}}
)");
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->types.size(), 1U);
    EXPECT_EQ(loaded->channels[0].types, loaded->channels[1].types);
}

TEST(LoadContract, TheExampleLoads) {
    const std::filesystem::path root =
        std::filesystem::path{__FILE__}.parent_path().parent_path().parent_path();
    const auto loaded = load_contract_file((root / "examples/contract/order.yaml").string());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    EXPECT_EQ(loaded->types.size(), 4U);
    EXPECT_EQ(
        loaded->type("delivery.completed")->rules[0].text(),
        "delivery.dispatched with the same /parcelId"
    );
}

TEST(LoadContract, AFileThatIsNotThereIsNamed) {
    EXPECT_EQ(
        load_contract_file("/nowhere/c.yaml").error().message,
        "/nowhere/c.yaml: cannot be read: No such file or directory"
    );
}

}  // namespace
}  // namespace sluice::contract
