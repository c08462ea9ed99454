#include "commerce/contract/contract.hpp"

#include "base/test_seed.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/produce/publications.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::commerce {
namespace {

contract::Contract load(std::string_view text) {
    auto loaded = contract::load_contract_text("contract", text);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return loaded ? std::move(loaded).value() : contract::Contract{};
}

TEST(Contracts, AreThoseOfTheirDomains) {
    const contract::Contract order = load(order_contract());
    EXPECT_EQ(order.domain, "order");
    EXPECT_EQ(order.homes, 8U);
    EXPECT_EQ(order.sources, (std::vector<std::string>{"/orders", "/deliveries"}));
    EXPECT_EQ(order.gap.policy, contract::GapPolicy::kWait);
    EXPECT_EQ(order.types.size(), 9U);
    const contract::Contract calendar = load(calendar_contract());
    EXPECT_EQ(calendar.domain, "calendar");
    EXPECT_EQ(calendar.homes, 1U);
}

TEST(Contracts, ReviewsHaveRulesAndNothingElseHas) {
    for (const auto& [name, type] : load(order_contract()).types) {
        if (name == "review.written") {
            EXPECT_EQ(type.rules.at(0).text(), "delivery.completed");
        } else if (name == "review.complained") {
            EXPECT_EQ(type.rules.at(0).text(), "order.placed");
        } else {
            EXPECT_TRUE(type.rules.empty()) << name;
        }
        EXPECT_FALSE(type.closes) << name;
    }
}

TEST(Contracts, ChannelsAreThoseThatProducersUse) {
    const contract::Contract order = load(order_contract());
    const contract::Contract calendar = load(calendar_contract());
    EXPECT_EQ(order.channels.size() + calendar.channels.size(), kChannels.size());
    for (ChannelId id = 0; id < kChannels.size(); ++id) {
        const Channel& used = kChannels.at(id);
        const contract::Channel* said =
            (id == kCalendarChannel ? calendar : order).channel_of(used.name);
        ASSERT_NE(said, nullptr) << used.name;
        EXPECT_EQ(said->partitions, used.partitions) << used.name;
        EXPECT_EQ(
            said->partitioner == contract::Partitioner::kCrc32,
            used.partitioner == Partitioner::kCrc32
        );
        EXPECT_EQ(said->validation, contract::Validation::kEnforce);
    }
}

TEST(ContractsModel, EveryProducedEventKeepsThem) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::Sample sample = test::sample(500, seed);
    const Publications published{sample.raw, sample.additions};
    const contract::Contract order = load(order_contract());
    const contract::Contract calendar = load(calendar_contract());
    for (std::size_t i = 0; i < published.size(); ++i) {
        const Publication out = published.at(i);
        const contract::Contract& of = out.channel == kCalendarChannel ? calendar : order;
        const contract::Channel* channel = of.channel_of(kChannels.at(out.channel).name);
        ASSERT_TRUE(std::binary_search(channel->types.begin(), channel->types.end(), out.event.type)
        );
        const auto record = event::to_record(out.event, out.event.subject);
        const Status valid = contract::validate_data(*of.type(out.event.type), record);
        ASSERT_TRUE(valid.has_value()) << out.event.id << ": " << valid.error().message;
    }
}

TEST(Contracts, WhatThePagesForbidIsRefused) {
    const contract::Contract order = load(order_contract());
    const test::Sample sample = test::sample(300, 1);
    const Publications published{sample.raw, sample.additions};
    int spoiled = 0;
    for (std::size_t i = 0; i < published.size(); ++i) {
        Event event = published.at(i).event;
        if (event.source == "/calendar") continue;
        event.data->insert(1, "\"more\":1,");
        const auto record = event::to_record(event, event.subject);
        ASSERT_FALSE(contract::validate_data(*order.type(event.type), record).has_value());
        ++spoiled;
    }
    EXPECT_GT(spoiled, 1'000);
}

TEST(Contracts, APayloadWithoutAFieldIsRefused) {
    const contract::Contract order = load(order_contract());
    Event event;
    event.type = "order.cancelled";
    event.datacontenttype = "application/json";
    event.data = R"({"units":[[1,1]]})";
    const Status refused =
        contract::validate_data(*order.type(event.type), event::to_record(event, "o"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("reason"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace sluice::commerce
