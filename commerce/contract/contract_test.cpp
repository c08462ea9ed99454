#include "commerce/contract/contract.hpp"

#include "base/test_seed.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/produce/publications.hpp"
#include "contract/load.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::commerce {
namespace {

contract::Contract loaded(std::string name, std::string_view text) {
    auto contract = contract::load_contract_text(std::move(name), text);
    EXPECT_TRUE(contract.has_value()) << contract.error().message;
    return std::move(contract).value();
}

class ContractTest : public testing::Test {
protected:
    contract::Contract order_{loaded("order.yaml", order_contract())};
    contract::Contract calendar_{loaded("calendar.yaml", calendar_contract())};
};

TEST_F(ContractTest, SaysOfTheChannelsWhatTheProducersDo) {
    for (const Channel& channel : kChannels) {
        const contract::Contract& domain = channel.name == "day.closed" ? calendar_ : order_;
        const contract::Channel* found = domain.channel_of(channel.name);
        ASSERT_NE(found, nullptr) << channel.name;
        EXPECT_EQ(found->partitions, channel.partitions) << channel.name;
        EXPECT_EQ(
            found->partitioner == contract::Partitioner::kCrc32,
            channel.partitioner == Partitioner::kCrc32
        ) << channel.name;
        EXPECT_EQ(found->validation, contract::Validation::kEnforce) << channel.name;
    }
    EXPECT_EQ(order_.channels.size() + calendar_.channels.size(), kChannels.size());
    EXPECT_EQ(order_.homes, 8U);
}

TEST_F(ContractTest, TakesEverythingThatIsPublished) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::Sample sample = test::sample(300, seed);
    const Publications published{sample.raw, sample.additions};
    for (std::size_t index = 0; index < published.size(); ++index) {
        const Publication one = published.at(index);
        const contract::Contract& domain = one.channel == kCalendarChannel ? calendar_ : order_;
        const contract::MessageType* type = domain.type(one.event.type);
        ASSERT_NE(type, nullptr) << one.event.type;
        const Status valid =
            contract::validate_data(*type, event::to_record(one.event, one.event.subject));
        ASSERT_TRUE(valid.has_value()) << one.event.id << ": " << valid.error().message;
    }
}

TEST_F(ContractTest, RefusesAPayloadWithoutAField) {
    Event event;
    event.type = "order.cancelled";
    event.datacontenttype = "application/json";
    event.data = R"({"units":[[1,1]]})";
    const Status refused =
        contract::validate_data(*order_.type(event.type), event::to_record(event, "o"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("reason"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace sluice::commerce
