#include "runtime/subjects/domain_facts.hpp"

#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime {
namespace {

using test::SessionRig;

TEST(DomainsOf, KnowsWhatHasBeenSequencedWithoutAContract) {
    SessionRig rig{test::shop_plan()};
    EXPECT_TRUE(domains_of(rig.log()).value().empty()) << "topics alone are no domain";
    rig.open();
    rig.settle();
    const auto domains = domains_of(rig.log());
    ASSERT_TRUE(domains.has_value()) << domains.error().message;
    ASSERT_EQ(domains.value().size(), 1U);
    EXPECT_EQ(domains.value()[0], facts_of(rig.plan()));
}

TEST(DomainsOf, OneTaskOfManyIsEnough) {
    for (std::size_t task = 0; task < 3; ++task) {
        SessionRig rig{test::shop_plan()};
        ASSERT_TRUE(rig.try_open(task, 3));
        ASSERT_TRUE(rig.step().has_value());
        EXPECT_EQ(domains_of(rig.log()).value().size(), 1U) << task;
    }
}

TEST(DomainsOf, FollowsTheContractOfTheLastStart) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.settle();
    rig.close();
    rig.plan().sequencer.gap_action = sequence::GapAction::kPark;
    rig.plan().sequencer.gap_wait = Milliseconds{77};
    rig.plan().channels.pop_back();
    rig.restart_process();
    rig.settle();
    const DomainFacts facts = domains_of(rig.log()).value().at(0);
    EXPECT_EQ(facts.gap_action, sequence::GapAction::kPark);
    EXPECT_EQ(facts.gap_wait, Milliseconds{77});
    EXPECT_EQ(facts.channels.size(), 2U);
}

DomainPlan named(std::string name, Milliseconds gap_wait) {
    DomainPlan plan = test::shop_plan();
    plan.name = std::move(name);
    plan.sequencer.gap_wait = gap_wait;
    return plan;
}

TEST(DomainsOf, KnowsAContractsDomainAsSoonAsItsTopicsAreThere) {
    SessionRig rig{test::shop_plan()};
    const DomainPlan other = named("bakery", Milliseconds{5});
    const DomainPlan none = named("mill", Milliseconds{5});
    const DomainPlan last = named("zoo", Milliseconds{5});
    const DomainPlan changed = named("shop", Milliseconds{99});
    for (const DomainPlan* one : {&other, &last}) {
        ASSERT_TRUE(ensure_topics(rig.log(), one->name, one->homes, one->channel_topics()));
    }
    const std::vector<const DomainPlan*> plans{&last, &changed, &none, &other};
    const auto names_and_waits = [&] {
        std::vector<std::pair<std::string, Milliseconds>> found;
        for (const DomainFacts& one : domains_of(rig.log(), plans).value()) {
            found.emplace_back(one.name, one.gap_wait);
        }
        return found;
    };
    std::vector<std::pair<std::string, Milliseconds>> expected{
        {"bakery", Milliseconds{5}}, {"shop", Milliseconds{99}}, {"zoo", Milliseconds{5}}};
    EXPECT_EQ(names_and_waits(), expected) << "by name, whatever the order of the contracts";
    EXPECT_EQ(domains_of(rig.log(), plans)->front(), facts_of(other));
    rig.open();
    rig.settle();
    expected[1].second = facts_of(rig.plan()).gap_wait;
    EXPECT_EQ(names_and_waits(), expected) << "what its sequencer has written down goes first";
    EXPECT_EQ(domains_of(rig.log()).value().size(), 1U);
}

TEST(DomainsOf, DamageNamesTheDomain) {
    SessionRig rig{test::shop_plan()};
    const auto lease = rig.log().take(sequencer_group("shop"), {HomeId{0}});
    log::Step step;
    step.homes = {HomeId{0}};
    step.changes = {{HomeId{0}, table::kDomain, std::string{kFactsKey}, "?"}};
    ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
    const auto domains = domains_of(rig.log());
    ASSERT_FALSE(domains.has_value());
    EXPECT_EQ(domains.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(domains.error().message.starts_with("shop: ")) << domains.error().message;
}

/// Of a topic that somebody else has put in order.
DomainFacts given_facts_of_shop() {
    DomainFacts facts = facts_of(test::shop_plan());
    facts.given = GivenPlaces{
        "stock.events", facts.homes, contract::Partitioner::kCrc32, contract::Encoding::kInt64};
    return facts;
}

TEST(DomainFactsTest, ThoseWithoutSequencerSayWhoseTopicTheyRead) {
    const DomainFacts facts = given_facts_of_shop();
    const std::string bytes = encode_facts(facts);
    const auto decoded = decode_facts(bytes);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded.value(), facts);
    EXPECT_EQ(facts.ordered_topic(), "stock.events");
    EXPECT_EQ(facts.home_of("17"), facts.given->home_of("17"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_facts(std::string_view{bytes}.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_facts(bytes + "x"));
}

TEST(DomainFactsTest, ThoseOfASequencerAreWrittenAsTheyEverWere) {
    const DomainFacts facts = facts_of(test::shop_plan());
    EXPECT_EQ(encode_facts(facts).front(), 1);
    EXPECT_EQ(encode_facts(given_facts_of_shop()).front(), 2);
    EXPECT_EQ(facts.ordered_topic(), "shop.ordered");
    EXPECT_EQ(facts.home_of("s1"), home_of("s1", facts.homes));
}

}  // namespace
}  // namespace sluice::runtime
