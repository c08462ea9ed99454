// Input that does not fit: every rule of sql/checks.sql, missing files and columns, values that are
// none.
#include "commerce/oracle/staging.hpp"
#include "commerce/oracle/test_world.hpp"

#include <algorithm>

namespace sluice::commerce::oracle::test {
namespace {

/// Two pieces of two sellers, everything in order.
World sound() {
    World world;
    world.order("o", "m1", "C,100,0,0")
        .item({.line = 1, .seller = "a", .price = "10.00"})
        .item({.line = 2, .seller = "b", .price = "5.00"})
        .pay("15.00")
        .placed()
        .paid()
        .cancelled({{2, 1}})
        .dispatched("a", {{1, 1}})
        .completed("a", {{1, 1}})
        .returned({{1, 1}}, "seller", "0")
        .refunded("4")
        .act({.type = "review.written", .at = World::kDay, .score = "5"});
    return world;
}

/// The message after `from` became `to` in one file; "" if it is still accepted.
std::string after_change(const std::string& file, const std::string& from, const std::string& to) {
    const World world = sound();
    const OracleInputs inputs = world.inputs();
    std::ifstream in{inputs.raw / file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << text;
    if (at == std::string::npos) return "not there";
    text.replace(at, from.size(), to);
    std::ofstream{inputs.raw / file, std::ios::binary} << text;
    const auto oracle = Oracle::calculate(inputs);
    return oracle.has_value() ? "" : oracle.error().message;
}

struct Broken {
    const char* file;
    const char* from;
    const char* to;
    const char* expected;
};

TEST(OracleInput, ASoundWorldIsAccepted) {
    EXPECT_EQ(after_change("orders.csv", "o,m1", "o,m1"), "");
    EXPECT_EQ(after_change("orders.csv", "o,m1", "o,heavy-member"), "");
}

TEST(OracleInput, EveryRuleBetweenRawFilesAndAdditionsIsChecked) {
    const std::vector<Broken> all{
        {"olist_orders_dataset.csv",
         "o,c-o\n",
         "o,c-o\nx,c-o\n",
         "raw order without a row in orders.csv (1, first at x)"},
        {"orders.csv", "o,m1,C", "x,m1,,0,0,0\no,m1,C", "row in orders.csv without a raw order"},
        {"items.csv",
         "o,2,2,1,b,standard,0,0\n",
         "",
         "raw item without a row in items.csv (1, first at o 2)"},
        {"items.csv",
         "o,2,2",
         "o,3,3,1,b,standard,0,0\no,2,2",
         "row in items.csv without a raw item"},
        {"orders.csv", "o,m1", "o,m2", "member is neither the customer nor heavy-member"},
        {"orders.csv", "C,100,", "C,1600,", "discount exceeds the goods"},
        {"acts.csv",
         "o,orders,1,order.placed",
         "o,orders,1,order.paid",
         "first order event is not order.placed"},
        {"acts.csv",
         "o,orders,5,",
         "o,orders,6,",
         "numbers of a source have a hole (1, first at o orders)"},
        {"olist_order_payments_dataset.csv", "15.00", "1.00", "order.paid and money do not agree"},
        {"act_units.csv", "o,orders,4,1,1\n", "", "act without units (1, first at o orders 4)"},
        {"act_units.csv",
         "o,orders,4,1,1",
         "o,orders,4,1,7",
         "act names an unknown unit (1, first at o 1.7)"},
        {"act_units.csv", "o,orders,4,1,1", "o,orders,4,2,1", "unit in two acts of a kind"},
        {"act_units.csv",
         "o,deliveries,1,1,1",
         "o,deliveries,1,2,1",
         "parcel holds a unit of another seller"},
        {"acts.csv", ",3,o-1,a,", ",7,o-1,a,", "stamp names no event (1, first at o.deliveries.1)"},
        {"olist_order_reviews_dataset.csv", "r1,o,5\n", "", "review acts are not the raw reviews"},
    };
    for (const auto& broken : all) {
        const auto message = after_change(broken.file, broken.from, broken.to);
        EXPECT_NE(message.find(broken.expected), std::string::npos)
            << broken.file << ": " << broken.from << " -> " << broken.to << ": " << message;
    }
}

TEST(OracleInput, ARefundOfNothingIsRefused) {
    World world = sound();
    world.refunded("9");
    const auto oracle = Oracle::calculate(world.inputs());
    ASSERT_FALSE(oracle.has_value());
    EXPECT_NE(oracle.error().message.find("refund_of names no event before it"), std::string::npos);
}

TEST(OracleInput, ValuesThatAreNoneAreNamedWithFileLineAndColumn) {
    const std::vector<Broken> all{
        {"olist_order_items_dataset.csv",
         "10.00",
         "ten",
         "olist_order_items_dataset.csv:2 price: 'ten' is not an amount"},
        {"olist_order_items_dataset.csv", "10.00", "", "olist_order_items_dataset.csv:2: NOT NULL"},
        {"items.csv", "o,2,2", "o,1,2", "items.csv:3: UNIQUE"},
        {"items.csv", "o,2,2,1", "o,2,1,1", "items.csv:3: UNIQUE"},
        {"acts.csv", "o,orders,2", "o,orders,two", "acts.csv:3 seq: 'two' is not a whole number"},
        {"acts.csv", "fault,fee", "fault,price", "no column 'fee'"},
    };
    for (const auto& broken : all) {
        const auto message = after_change(broken.file, broken.from, broken.to);
        EXPECT_NE(message.find(broken.expected), std::string::npos) << message;
    }
}

TEST(OracleInput, EveryFileIsNeeded) {
    const World world = sound();
    for (const auto& files : {raw_files(), addition_files()}) {
        for (const auto& file : files) {
            const OracleInputs inputs = world.inputs();
            std::filesystem::remove(inputs.raw / file.file);
            const auto oracle = Oracle::calculate(inputs);
            ASSERT_FALSE(oracle.has_value()) << file.file;
            EXPECT_EQ(oracle.error().code, ErrorCode::kNotFound);
            EXPECT_NE(oracle.error().message.find(file.file), std::string::npos);
        }
    }
}

TEST(OracleInput, ATemporaryDatabaseGoesWithTheOracle) {
    const World world = sound();
    OracleInputs inputs = world.inputs();
    inputs.scratch.clear();
    std::string file;
    {
        auto oracle = Oracle::calculate(inputs);
        ASSERT_TRUE(oracle.has_value()) << oracle.error().message;
        auto list = oracle->database().prepare("SELECT file FROM pragma_database_list");
        ASSERT_TRUE(list->step().value());
        file = list->text(0);
        EXPECT_TRUE(std::filesystem::exists(file));
    }
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(OracleInput, ProgressNamesEveryPart) {
    const World world = sound();
    std::vector<std::string> parts;
    const auto oracle =
        Oracle::calculate(world.inputs(), [&](std::string_view part, int done, int all) {
            EXPECT_EQ(done, static_cast<int>(parts.size()));
            EXPECT_EQ(all, 14);
            parts.emplace_back(part);
        });
    ASSERT_TRUE(oracle.has_value());
    EXPECT_EQ(parts.size(), 14U);
    EXPECT_EQ(parts.front(), "staging");
    EXPECT_EQ(parts.back(), "benefits");
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
