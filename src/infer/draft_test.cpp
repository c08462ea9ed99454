#include "infer/draft.hpp"

#include "contract/load_source.hpp"
#include "contract/schema_fixture.hpp"
#include "infer/sample_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sluice::infer {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

contract::ContractSource load(const std::string& draft) {
    auto source = contract::load_source_text("draft.yaml", draft);
    EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().message) << '\n' << draft;
    return std::move(source).value();
}

std::vector<TopicSample> samples_of(const std::vector<std::pair<std::string, std::uint32_t>>& topics
) {
    std::vector<TopicSample> samples;
    for (const auto& [topic, partitions] : topics) samples.emplace_back(topic, partitions);
    return samples;
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

TEST(Draft, LoadsAndTakesWhatWasSeen) {
    auto samples =
        samples_of({{"order.placed", 6}, {"delivery.events", 12}, {"order.cancelled", 3}});
    for (int i = 0; i < 30; ++i) {
        add_event(
            samples[0],
            event_of("order.placed", i, R"({"total": 12000, "at": "2026-01-31T09:30:00Z"})")
        );
        add_event(
            samples[1],
            event_of(
                i % 2 == 0 ? "delivery.dispatched" : "delivery.completed", i, R"({"parcelId": "p"})"
            )
        );
    }
    const std::string draft = draft_contract("order", samples);
    const auto source = load(draft);
    EXPECT_EQ(source.contract.domain, "order");
    EXPECT_EQ(source.contract.homes, 12U);
    EXPECT_EQ(source.contract.channels.size(), 3U);
    EXPECT_EQ(source.contract.channel_of("order.placed")->partitions, 6U);
    EXPECT_EQ(source.contract.channel_of("delivery.events")->types.size(), 2U);
    EXPECT_EQ(source.contract.channel_of("order.placed")->validation, contract::Validation::kWarn);
    EXPECT_EQ(
        contract::test::verdict(
            *source.contract.type("order.placed")->schema,
            R"({"total": 1, "at": "2026-02-01T00:00:00Z"})"
        ),
        "fine"
    );
    EXPECT_EQ(source.contract.type("order.cancelled")->schema, nullptr) << "nothing was seen of it";
    for (const std::string_view piece :
         {"# A draft, made from 60 records of 3 topics",
          "# 30 records seen: 30 with a key, 30 of 30 keyed by the subject",
          "DECIDE what comes before it",
          "DECIDE whether it is the last of its subject",
          "# no payload: 0 of 0 were no JSON"}) {
        EXPECT_TRUE(has(draft, piece)) << piece << "\nin\n" << draft;
    }
}

TEST(Draft, ReadsPlainRecordsByTheirPlaces) {
    auto samples = samples_of({{"legacy.orders", kPartitions}});
    for (int i = 0; i < 20; ++i) add(samples[0], plain_record(i));
    const auto source = load(draft_contract("legacy", samples));
    const auto& plain = source.contract.channel_of("legacy.orders")->plain;
    ASSERT_TRUE(plain);
    const auto headers = contract::event_headers(*plain, plain_record(7), "legacy.orders", {});
    ASSERT_TRUE(headers.has_value());
    std::map<std::string, std::string> by_name;
    for (const Header& one : headers.value()) by_name.emplace(one.name, one.value);
    EXPECT_EQ(by_name["ce_subject"], "1007");
    EXPECT_EQ(by_name["ce_id"], "m-7");
    EXPECT_EQ(by_name["ce_type"], "legacy.orders");
}

TEST(Draft, SaysWhatNobodyCanTell) {
    auto samples = samples_of({{"legacy", kPartitions}});
    Record record = plain_record(1);
    record.key.reset();
    record.headers.clear();
    record.value = "no json";
    samples[0].add(PartitionId{0}, record);
    const std::string draft = draft_contract("legacy", samples);
    EXPECT_TRUE(has(draft, "DECIDE where the subject stands")) << draft;
    EXPECT_TRUE(has(draft, "# id: {header: NAME}")) << draft;
    EXPECT_TRUE(has(draft, "# no payload: 1 of 1 were no JSON")) << draft;
    static_cast<void>(load(draft));
}

TEST(Draft, NamesThePartitionerOfLibrdkafka) {
    auto samples = samples_of({{"t", 64}});
    for (int i = 0; i < 50; ++i) {
        const Record record = event::to_record(event_of("a", i, "{}"), fmt::format("order-{}", i));
        samples[0].add(partition_by_crc32(*record.key, 64), record);
    }
    EXPECT_EQ(
        load(draft_contract("d", samples)).contract.channel_of("t")->partitioner,
        contract::Partitioner::kCrc32
    );
}

TEST(Draft, OneTypeOnTwoTopicsIsOneMessage) {
    auto samples = samples_of({{"a", 4}, {"b", 4}});
    add_event(samples[0], event_of("order.placed", 1, R"({"old": 1})"));
    add_event(samples[1], event_of("order.placed", 2, R"({"new": "x"})"));
    const auto source = load(draft_contract("order", samples));
    EXPECT_EQ(source.contract.types.size(), 1U);
    const contract::Schema& schema = *source.contract.type("order.placed")->schema;
    EXPECT_EQ(contract::test::verdict(schema, R"({"old": 2})"), "fine");
    EXPECT_EQ(contract::test::verdict(schema, R"({"new": "y"})"), "fine");
    EXPECT_NE(contract::test::verdict(schema, R"({"third": 1})"), "fine");
}

TEST(Draft, OfOddNamesLoadsToo) {
    auto samples = samples_of({{"on", 4}, {"a_b-c.d", 4}});
    add_event(
        samples[0], event_of("com.example/order~placed #1: \"x\"", 1, R"({"a b": {"$ref": 1}})")
    );
    add_event(samples[1], event_of("true", 1, R"({"": null})"));
    const auto source = load(draft_contract("order", samples));
    EXPECT_NE(source.contract.type("com.example/order~placed #1: \"x\""), nullptr);
    EXPECT_NE(source.contract.type("true"), nullptr);
}

TEST(DomainName, IsWhatTopicsBeginWith) {
    EXPECT_EQ(
        domain_name_of(std::vector<std::string>{"order.placed", "order-paid", "order"}), "order"
    );
    EXPECT_EQ(domain_name_of(std::vector<std::string>{"order.placed", "delivery.done"}), "domain");
    EXPECT_EQ(domain_name_of(std::vector<std::string>{"Order.placed"}), "domain");
    EXPECT_EQ(domain_name_of(std::vector<std::string>{".x"}), "domain");
    EXPECT_EQ(domain_name_of(std::vector<std::string>{}), "domain");
}

}  // namespace
}  // namespace sluice::infer
