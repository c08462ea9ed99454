#include "commerce/events/codec.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace sluice::commerce {
namespace {

/// The example of docs/commerce/events.md, without its blanks.
const char* const kPlaced =
    R"({"member":"m-17","currency":"BRL","coupon":"C10","points_used":0,"platform_discount":100,)"
    R"("seller_discount":0,"shipping":[{"seller":"s-1","amount":300}],"units":[{"line":1,"unit":1,)"
    R"("seller":"s-1","product":"p-9","price":2000,"platform":100,"seller_share":0,"net":1900,)"
    R"("tax_code":"standard","tax_bp":1800,"vat":290,"commission_bp":1200,"commission":240,)"
    R"("payable":1760}],"due":2200})";

template <class Payload>
void comes_back(const Payload& payload, const std::string& json) {
    EXPECT_EQ(encode(payload), json);
    const auto decoded = decode<Payload>(json);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(decoded.value(), payload);
}

template <class Payload>
std::string refusal(std::string_view json) {
    const auto decoded = decode<Payload>(json);
    return decoded.has_value() ? "accepted" : decoded.error().message;
}

UtcTime noon() {
    return parse_time("2018-01-30T12:00:00Z").value();
}

TEST(Codec, OrderPlacedIsTheDocumentsExample) {
    const auto placed = decode<OrderPlaced>(kPlaced);
    ASSERT_TRUE(placed.has_value()) << placed.error().message;
    EXPECT_EQ(encode(placed.value()), kPlaced);
    EXPECT_EQ(placed->units.at(0).payable, 1760);
    EXPECT_EQ(placed->shipping.at(0), (Shipping{"s-1", 300}));
    EXPECT_EQ(placed->due, 2200);
}

TEST(Codec, EveryPayloadHasItsText) {
    comes_back(
        OrderPaid{{{1, "credit_card", 2000}, {2, "voucher", 200}}, 2000, 200, 2200},
        R"({"tenders":[{"number":1,"type":"credit_card","amount":2000},)"
        R"({"number":2,"type":"voucher","amount":200}],"card":2000,"voucher":200,"captured":2200})"
    );
    comes_back(
        OrderCancelled{{{1, 2}, {2, 1}}, "member"}, R"({"units":[[1,2],[2,1]],"reason":"member"})"
    );
    comes_back(OrderCancelled{{}, "seller"}, R"({"units":[],"reason":"seller"})");
    comes_back(
        OrderReturned{{{1, 1}}, "wish", 300, noon()},
        R"({"units":[[1,1]],"fault":"wish","fee":300,"happened":"2018-01-30T12:00:00Z"})"
    );
    comes_back(OrderRefunded{3, 100, 0}, R"({"of":3,"card":100,"voucher":0})");
    comes_back(
        DeliveryDispatched{"o-1", "s", {{1, 1}}}, R"({"parcel":"o-1","seller":"s","units":[[1,1]]})"
    );
    comes_back(
        DeliveryCompleted{"o-1", "s", {{1, 1}}, noon()},
        R"({"parcel":"o-1","seller":"s","units":[[1,1]],"happened":"2018-01-30T12:00:00Z"})"
    );
    comes_back(
        ReviewGiven{"r", 5, noon()}, R"({"review":"r","score":5,"created":"2018-01-30T12:00:00Z"})"
    );
    comes_back(
        DayClosed{parse_day("2017-11-24").value(), {{"order.placed", 1176}, {"order.paid", 1093}}},
        R"({"day":"2017-11-24","published":{"order.placed":1176,"order.paid":1093}})"
    );
}

TEST(Codec, BlanksAndOrderOfMembersAreFree) {
    const auto refunded =
        decode<OrderRefunded>(" {\n\"voucher\" : 7 ,\t\"of\":2, \"card\": 0 } \r\n");
    ASSERT_TRUE(refunded.has_value()) << refunded.error().message;
    EXPECT_EQ(refunded.value(), (OrderRefunded{2, 0, 7}));
}

TEST(Codec, TheErrorNamesTheField) {
    EXPECT_EQ(refusal<OrderRefunded>(R"({"of":1,"card":1})"), "voucher: missing (byte 17)");
    EXPECT_EQ(refusal<OrderRefunded>(R"({"of":1,"of":1})"), "of: given twice (byte 13)");
    EXPECT_EQ(refusal<OrderRefunded>(R"({"on":1})"), "on: unknown field (byte 6)");
    EXPECT_EQ(
        refusal<OrderRefunded>(R"({"of":"1"})"), "of: expected an integer from 0 to 10^15 (byte 6)"
    );
    std::string placed = kPlaced;
    placed.replace(placed.find("1900"), 4, "-190");
    EXPECT_EQ(
        refusal<OrderPlaced>(placed),
        "units[0].net: expected an integer from 0 to 10^15 (byte " +
            std::to_string(placed.find("-190")) + ")"
    );
    EXPECT_EQ(
        refusal<OrderReturned>(R"({"units":[[1,1]],"fault":"wish","fee":0,"happened":"yesterday"})"
        ),
        "happened: 'yesterday' is not a time like 2018-01-30T12:00:00Z (byte 62)"
    );
    EXPECT_EQ(
        refusal<OrderCancelled>(R"({"units":[[1,1],[1]],"reason":"member"})"),
        "units[1]: expected ',' (byte 18)"
    );
}

TEST(Codec, RefusesWhatTheTypeForbids) {
    using std::string;
    EXPECT_NE(refusal<OrderRefunded>("").find("expected an object"), string::npos);
    EXPECT_NE(refusal<OrderRefunded>("[]").find("expected an object"), string::npos);
    EXPECT_NE(
        refusal<OrderRefunded>(R"({"of":1,"card":0,"voucher":0})").find("card: "), string::npos
    );
    EXPECT_NE(
        refusal<OrderRefunded>(R"({"of":1,"card":1,"voucher":0}x)").find("end"), string::npos
    );
    EXPECT_NE(
        refusal<OrderCancelled>(R"({"units":[[2,1],[1,1]],"reason":"member"})").find("units: "),
        string::npos
    );
    EXPECT_NE(
        refusal<OrderCancelled>(R"({"units":[[1,1],[1,1]],"reason":"member"})").find("each once"),
        string::npos
    );
    EXPECT_NE(
        refusal<OrderCancelled>(R"({"units":[],"reason":"me"})").find("reason: "), string::npos
    );
    EXPECT_NE(
        refusal<OrderReturned>(
            R"({"units":[[1,1]],"fault":"seller","fee":1,"happened":"2018-01-30T12:00:00Z"})"
        )
            .find("fee: "),
        string::npos
    );
    EXPECT_NE(
        refusal<OrderPaid>(R"({"tenders":[],"card":1,"voucher":1,"captured":3})")
            .find("captured: "),
        string::npos
    );
    EXPECT_NE(
        refusal<ReviewGiven>(R"({"review":"r","score":6,"created":"2018-01-30T12:00:00Z"})")
            .find("score: "),
        string::npos
    );
    EXPECT_NE(
        refusal<DayClosed>(R"({"day":"2018-01-30","published":{"a":1,"a":2}})").find("published: "),
        string::npos
    );
}

TEST(Codec, UnitsNeedTheirSellersAndTheirOrder) {
    OrderPlaced placed = decode<OrderPlaced>(kPlaced).value();
    placed.shipping[0].seller = "another";
    EXPECT_NE(refusal<OrderPlaced>(encode(placed)).find("shipping: "), std::string::npos);
    placed.shipping.push_back({"s-1", 0});
    EXPECT_NE(refusal<OrderPlaced>(encode(placed)).find("without a unit"), std::string::npos);
    placed.shipping[0].seller = "s-1";
    EXPECT_NE(refusal<OrderPlaced>(encode(placed)).find("each seller once"), std::string::npos);
    placed.shipping.pop_back();
    EXPECT_EQ(refusal<OrderPlaced>(encode(placed)), "accepted");
    placed.units.push_back(placed.units[0]);
    EXPECT_NE(refusal<OrderPlaced>(encode(placed)).find("units: "), std::string::npos);
}

TEST(Codec, DamagedBytesNeverPassForAnotherPayload) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string sound = kPlaced;
    for (int round = 0; round < 20'000; ++round) {
        std::string damaged = sound;
        const std::size_t place = random() % damaged.size();
        switch (random() % 3) {
            case 0: damaged.resize(place); break;
            case 1: damaged.erase(place, 1 + random() % 3); break;
            case 2: damaged[place] = static_cast<char>(random() % 256); break;
        }
        const auto decoded = decode<OrderPlaced>(damaged);
        if (!decoded.has_value()) continue;
        const auto again = decode<OrderPlaced>(encode(decoded.value()));
        ASSERT_TRUE(again.has_value()) << damaged << ": " << again.error().message;
        ASSERT_EQ(again.value(), decoded.value()) << damaged;
    }
}

}  // namespace
}  // namespace sluice::commerce
