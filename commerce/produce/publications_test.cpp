#include "commerce/produce/publications.hpp"

#include "base/test_seed.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/orderstate/order_state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

namespace sluice::commerce {
namespace {

/// The payload, read by the consumers' own decoder and written again; the error if it is none.
template <class Payload>
std::string reencoded(const Event& event) {
    const auto payload = decode<Payload>(*event.data);
    return payload ? encode(payload.value()) : payload.error().message;
}

std::string reencoded(const Event& event) {
    if (event.type == type::kOrderPlaced) return reencoded<OrderPlaced>(event);
    if (event.type == type::kOrderPaid) return reencoded<OrderPaid>(event);
    if (event.type == type::kOrderCancelled) return reencoded<OrderCancelled>(event);
    if (event.type == type::kOrderReturned) return reencoded<OrderReturned>(event);
    if (event.type == type::kOrderRefunded) return reencoded<OrderRefunded>(event);
    if (event.type == type::kDeliveryDispatched) return reencoded<DeliveryDispatched>(event);
    if (event.type == type::kDeliveryCompleted) return reencoded<DeliveryCompleted>(event);
    if (event.type == type::kDayClosed) return reencoded<DayClosed>(event);
    return reencoded<ReviewGiven>(event);
}

class PublicationsModel : public testing::Test {
protected:
    std::uint64_t seed_{sluice::test::seed()};
    test::Sample sample_{test::sample(1'500, seed_)};
    Publications published_{sample_.raw, sample_.additions};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(PublicationsModel, EveryPayloadIsOneThatConsumersReadFieldByField) {
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Publication out = published_.at(i);
        ASSERT_EQ(reencoded(out.event), out.event.data) << out.event.id;
    }
}

TEST_F(PublicationsModel, ComeByTimeSubjectSourceAndSequence) {
    const std::map<std::string, int> rank{
        {"/calendar", 0}, {"/orders", 1}, {"/deliveries", 2}, {"/reviews", 3}};
    using Key = std::tuple<std::string, std::string, int, std::int64_t>;
    Key last;
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        const Act* act = published_.act(i);
        const std::int64_t number = act != nullptr ? act->seq : 0;
        Key key{*event.time, event.subject, rank.at(event.source), number};
        ASSERT_LT(last, key);
        last = std::move(key);
    }
}

TEST_F(PublicationsModel, IdsAreUniqueAndNumbersHaveNoHole) {
    std::set<std::string> ids;
    std::map<std::string, std::uint64_t> numbers;
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        ASSERT_TRUE(ids.insert(event.id).second);
        const auto number = event.extension(extension::kSourceSequence);
        if (event.source == "/reviews") {
            ASSERT_FALSE(number.has_value());
            continue;
        }
        ASSERT_EQ(*number, std::to_string(++numbers[event.subject + event.source]));
    }
}

TEST_F(PublicationsModel, StampsAreWhereThePageWantsThemAndNameWhatIsThere) {
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        const auto stamp = event.extension(extension::kDependsOn);
        const bool wanted = event.source == "/deliveries" || event.type == type::kOrderReturned;
        ASSERT_EQ(stamp.has_value(), wanted) << event.id;
        if (wanted) {
            const std::string source{stamp->substr(0, stamp->find(' '))};
            ASSERT_EQ(source, event.source == "/deliveries" ? "/orders" : "/deliveries");
            ASSERT_GE(std::stoll(std::string{stamp->substr(stamp->find(' ') + 1)}), 1);
        }
    }
}

TEST_F(PublicationsModel, OrderEventsApplyInTheirOrder) {
    std::map<std::string, OrderState> states;
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        if (event.source != "/orders") continue;
        const auto sequence = std::stoll(std::string{*event.extension(extension::kSourceSequence)});
        if (event.type == type::kOrderPlaced) {
            states.emplace(
                event.subject, OrderState{decode<OrderPlaced>(*event.data).value(), sequence}
            );
            continue;
        }
        OrderState& state = states.at(event.subject);
        const auto apply = [&](const auto& payload) {
            return state.apply(payload.value(), sequence);
        };
        const auto change =
            event.type == type::kOrderPaid        ? apply(decode<OrderPaid>(*event.data))
            : event.type == type::kOrderCancelled ? apply(decode<OrderCancelled>(*event.data))
            : event.type == type::kOrderReturned  ? apply(decode<OrderReturned>(*event.data))
                                                  : apply(decode<OrderRefunded>(*event.data));
        ASSERT_TRUE(change.has_value()) << event.id << ": " << change.error().message;
        ASSERT_LE(state.refunds_done().total(), state.refunds_due().total());
    }
    ASSERT_EQ(states.size(), sample_.raw.orders.size());
}

TEST(Publications, Case4bACouponBeyondTheGoodsIsRefused) {
    RawData raw;
    raw.orders.push_back({});
    raw.orders[0].id = "o1";
    raw.orders[0].items = {
        {1, "p1", "s1", 3'000, 0}, {2, "p2", "s2", 2'000, 0}, {3, "p3", "s1", 0, 0}};
    Additions additions;
    additions.orders.push_back({"m1", "C60", 6'000, 0, 0, {}, {}});
    additions.orders[0].items = {
        {{1, 1}, "s1", "exempt", 0, 0},
        {{2, 1}, "s2", "exempt", 0, 0},
        {{3, 1}, "s1", "exempt", 0, 0}};
    const Status refused = Publications::check(raw, additions);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(refused.error().message.find("order o1"), std::string::npos);
    EXPECT_NE(refused.error().message.find("discount"), std::string::npos);
    additions.orders[0].platform_discount = 5'000;  // case 4a
    EXPECT_TRUE(Publications::check(raw, additions).has_value());
    const Status others = Publications::check(raw, Additions{});
    ASSERT_FALSE(others.has_value());
    EXPECT_EQ(others.error().message, "additions of 0 orders for 1 raw orders");
}

}  // namespace
}  // namespace sluice::commerce
