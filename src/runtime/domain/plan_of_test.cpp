#include "runtime/domain/plan_of.hpp"

#include "contract/load.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/plan_fixture.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

constexpr std::string_view kContract = R"(
asyncapi: 3.0.0
x-sluice:
  domain: shop
  homes: 4
  sources: [/a, /b]
  gap: {policy: skip, wait: 5s}
  waiting: {events: 100, bytes: 2MiB, source: {events: 500, bytes: 3MiB}}
  retention: {ordered: {age: 30d, records: 5000}, aside: {age: 1d}}
  closing: {retain: 1d}
  forget: {after: 30d}
  start: {older: wait}
  invalid: wait
  changed: drop
channels:
  a:
    address: shop.a
    messages: {made: {$ref: '#/components/messages/made'}}
    bindings: {kafka: {partitions: 12}}
    x-sluice: {validation: enforce, others: foreign}
  b:
    address: shop.b
    messages: {done: {$ref: '#/components/messages/done'}}
    x-sluice: {partitioner: crc32, validation: warn}
components:
  messages:
    made: {name: a.made, payload: {type: object, required: [n]}}
    done: {name: b.done, payload: {type: object}, x-sluice: {after: a.made, same: /n, closes: true}}
)";

DomainPlan loaded() {
    auto contract = contract::load_contract_text("shop.yaml", kContract);
    EXPECT_TRUE(contract.has_value()) << contract.error().message;
    return plan_of(std::make_shared<const contract::Contract>(std::move(contract.value())));
}

TEST(PlanOf, TakesEverythingThatTheContractSays) {
    const DomainPlan plan = loaded();
    EXPECT_EQ(plan.name, "shop");
    EXPECT_EQ(plan.homes, 4U);
    EXPECT_EQ(plan.sequencer.gap_action, sequence::GapAction::kSkip);
    EXPECT_EQ(plan.sequencer.gap_wait, Milliseconds{5'000});
    EXPECT_EQ(plan.sequencer.invalid, sequence::InvalidPolicy::kWait);
    EXPECT_EQ(plan.sequencer.changed, sequence::ChangedPolicy::kDrop);
    EXPECT_EQ(plan.sequencer.waiting_events_max, 100U);
    EXPECT_EQ(plan.sequencer.waiting_bytes_max, std::size_t{2} << 20);
    EXPECT_EQ(plan.source_waiting.events_max, 500U);
    EXPECT_EQ(plan.source_waiting.bytes_max, std::uint64_t{3} << 20);
    EXPECT_EQ(plan.keep_ordered, (RetentionRule{std::chrono::hours{24 * 30}, 5'000}));
    EXPECT_EQ(plan.keep_aside, (RetentionRule{std::chrono::hours{24}, {}}));
    EXPECT_EQ(plan.sequencer.sources, (std::vector<std::string>{"/a", "/b"}));
    EXPECT_EQ(plan.closed_kept, std::chrono::hours{24});
    EXPECT_EQ(plan.tombstone_kept, std::chrono::hours{24 * 30});
    EXPECT_FALSE(plan.assume_older);
    EXPECT_TRUE(plan.closes_subjects());
}

TEST(PlanOf, ChannelsKeepTheirOwnWays) {
    const DomainPlan plan = loaded();
    const ChannelPlan* a = plan.channel("shop.a");
    const ChannelPlan* b = plan.channel("shop.b");
    ASSERT_NE(a, nullptr);
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(a->partitions, 12U);
    EXPECT_EQ(a->partitioner, Partitioner::kMurmur2);
    EXPECT_EQ(a->checking, Checking::kEnforce);
    EXPECT_TRUE(a->others_are_foreign);
    EXPECT_EQ(b->partitioner, Partitioner::kCrc32);
    EXPECT_EQ(b->checking, Checking::kWarn);
    EXPECT_FALSE(b->others_are_foreign);
    EXPECT_EQ(plan.channel("shop.c"), nullptr);
}

TEST(PlanOf, RulesByValueRememberTheValueOfWhatTheyNeed) {
    const DomainPlan plan = loaded();
    const TypePlan* made = plan.type("a.made");
    const TypePlan* done = plan.type("b.done");
    ASSERT_NE(made, nullptr);
    ASSERT_NE(done, nullptr);
    ASSERT_EQ(made->remembered.size(), 1U);
    EXPECT_EQ(made->remembered[0].text(), "/n");
    ASSERT_EQ(done->needs.size(), 1U);
    EXPECT_EQ(done->needs[0].types, (std::vector<std::string>{"a.made"}));
    EXPECT_EQ(done->needs[0].same->text(), "/n");
    EXPECT_TRUE(done->closes);
}

TEST(PlanOf, ChecksDataByTheContractsSchemasForAsLongAsThePlanLives) {
    const DomainPlan plan = loaded();  // the contract itself is gone
    Event event = test::event("a.made", "s1", "/a", 1);
    EXPECT_EQ(plan.check("a.made", event::to_record(event, "s1")), "");
    event.data = "{}";
    EXPECT_NE(plan.check("a.made", event::to_record(event, "s1")), "");
    EXPECT_EQ(plan.check("z.unknown", event::to_record(event, "s1")), "");
}

TEST(DomainFacts, AreReadBackAsTheyWereWritten) {
    const DomainFacts facts = facts_of(loaded());
    EXPECT_EQ(facts.channels.size(), 2U);
    EXPECT_EQ(facts.channels[0].types, (std::vector<std::string>{"a.made"}));
    const std::string bytes = encode_facts(facts);
    const auto decoded = decode_facts(bytes);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded.value(), facts);
}

TEST(DomainFacts, DamageIsAnAnswer) {
    const std::string bytes = encode_facts(facts_of(loaded()));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto decoded = decode_facts(std::string_view{bytes}.substr(0, size));
        ASSERT_FALSE(decoded.has_value()) << size;
        EXPECT_EQ(decoded.error().code, ErrorCode::kCorrupt);
    }
    EXPECT_FALSE(decode_facts(bytes + "x").has_value());
}

TEST(PlanOf, ATopicThatIsInOrderAlreadyIsItsOrderedTopic) {
    EXPECT_FALSE(loaded().given.has_value());
    EXPECT_EQ(loaded().ordered_topic(), "shop.ordered");
    auto contract = contract::load_contract_text("stock.yaml", R"(
asyncapi: 3.0.0
x-sluice:
  domain: stock
  homes: 6
  ordered: {topic: stock.events, positions: offset, epoch: 4, lost: pass}
channels:
  moves:
    address: stock.events
    messages: {moved: {name: stock.moved}}
    x-sluice: {partitioner: crc32, plain: {subject: {key: int64}, type: stock.moved}}
)");
    ASSERT_TRUE(contract.has_value()) << contract.error().message;
    const auto shared = std::make_shared<const contract::Contract>(std::move(contract.value()));
    const DomainPlan plan = plan_of(shared);
    ASSERT_TRUE(plan.given.has_value());
    EXPECT_EQ(plan.given->order.epoch, 4U);
    EXPECT_EQ(plan.given->order.lost, contract::LostPolicy::kPass);
    const GivenPlaces places{
        "stock.events", 6, contract::Partitioner::kCrc32, contract::Encoding::kInt64};
    EXPECT_EQ(plan.given->places, places);
    EXPECT_EQ(plan.ordered_topic(), "stock.events");
    EXPECT_EQ(facts_of(plan).given, places);
}

}  // namespace
}  // namespace sluice::runtime
