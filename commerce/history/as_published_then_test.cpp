#include "commerce/generate/sample.hpp"
#include "commerce/history/history_fixture.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice::commerce {
namespace {

using Json = nlohmann::json;

Event one_order() {
    Event event;
    event.id = "o-1.orders.1";
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = "o-1";
    event.datacontenttype = "application/json";
    event.data =
        R"({"member":"m-17","currency":"BRL","coupon":"C10","points_used":0,"platform_discount":100,)"
        R"("seller_discount":0,"shipping":[{"seller":"s-1","amount":300},{"seller":"s-2","amount":5}],)"
        R"("units":[{"line":1,"unit":2,"seller":"s-1","product":"p-9","price":2000,"platform":100,)"
        R"("seller_share":0,"net":1900,"tax_code":"standard","tax_bp":1800,"vat":290,)"
        R"("commission_bp":1200,"commission":240,"payable":1760}],"due":2205})";
    return event;
}

TEST(AsPublishedThen, TheNewestIsTodays) {
    const Event newest = as_published_then(one_order(), 6);
    EXPECT_EQ(newest.data, one_order().data);
    EXPECT_EQ(newest.dataschema, "urn:shop:order.placed:6");
    EXPECT_EQ(newest.id, one_order().id);
}

TEST(AsPublishedThen, TheOldestIsWrittenOutHere) {
    const Event oldest = as_published_then(one_order(), 1);
    EXPECT_FALSE(oldest.dataschema.has_value());
    EXPECT_EQ(
        test::data_of(oldest),
        Json::parse(
            R"({"buyer":"m-17","currency":"BRL","coupon":"C10","points_used":0,"platform_discount":1,)"
            R"("seller_discount":0,"shipping":"s-1=3;s-2=0.05",)"
            R"("units":[{"at":"1.2","seller":"s-1","product":"p-9","price":20,"platform":1,)"
            R"("seller_share":0,"net":19,"tax_code":"S","vat":2.9,"commission_bp":1200,)"
            R"("commission":2.4,"payable":17.6}],"due":22.05})"
        )
    );
}

TEST(AsPublishedThen, EachStepChangesWhatItSays) {
    const auto then = [](std::uint32_t version) {
        return test::data_of(as_published_then(one_order(), version));
    };
    EXPECT_EQ(then(2).at("due"), 2205);
    EXPECT_EQ(then(2).at("shipping"), "s-1=300;s-2=5");
    EXPECT_EQ(then(3).at("shipping").at(1), Json::parse(R"({"seller":"s-2","amount":5})"));
    EXPECT_EQ(then(3).at("units").at(0).at("tax_code"), "S");
    EXPECT_EQ(then(4).at("units").at(0).at("tax_code"), "standard");
    EXPECT_FALSE(then(4).at("units").at(0).contains("tax_bp"));
    EXPECT_EQ(then(5).at("units").at(0).at("tax_bp"), 1800);
    EXPECT_EQ(then(5).at("units").at(0).at("at"), "1.2");
    EXPECT_FALSE(then(5).contains("member"));
}

TEST(AsPublishedThen, EveryVersionIsWhatTheContractSays) {
    const auto contract = test::history_contract();
    const contract::MessageType& type = *contract->type("order.placed");
    ASSERT_EQ(type.versions.size(), kNewestPlaced);
    const test::Sample sample = test::sample(30);
    const Publications published{sample.raw, sample.additions};
    std::set<std::string> dataschemas;
    for (const Event& event : test::placed_events(published, 1)) {
        for (std::uint32_t version = 1; version <= kNewestPlaced; ++version) {
            const Event then = as_published_then(event, version);
            dataschemas.insert(then.dataschema.value_or(""));
            const Status valid =
                contract::validate_data(type, event::to_record(then, then.subject));
            ASSERT_TRUE(valid.has_value()) << version << ": " << valid.error().message;
        }
    }
    EXPECT_EQ(dataschemas.size(), kNewestPlaced);
}

}  // namespace
}  // namespace sluice::commerce
