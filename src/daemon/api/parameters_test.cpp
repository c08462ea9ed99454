#include "daemon/api/parameters.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

http::Request with(const std::string& name, const std::string& value) {
    return {"GET", "/v1/stuck", {{name, value}}, "", ""};
}

TEST(Parameters, KnowsThoseOfTheResource) {
    EXPECT_TRUE(only_parameters({"GET", "/v1/stuck", {}, "", ""}, {}).has_value());
    EXPECT_TRUE(only_parameters(with("limit", "x"), {"cursor", "limit"}).has_value());
}

TEST(Parameters, AMisspelledOneIsRefusedWithTheRightOne) {
    const Status refused = only_parameters(with("limt", "5"), {"cursor", "limit"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    for (const char* part : {"limt", "/v1/stuck", "did you mean", "cursor, limit"}) {
        EXPECT_NE(refused.error().message.find(part), std::string::npos)
            << part << " in " << refused.error().message;
    }
}

TEST(Parameters, ACountIsTakenUpToItsEnds) {
    EXPECT_EQ(count_parameter(with("limit", "1"), "limit", 7, 1, 10).value(), 1U);
    EXPECT_EQ(count_parameter(with("limit", "10"), "limit", 7, 1, 10).value(), 10U);
    EXPECT_EQ(count_parameter(with("other", "3"), "limit", 7, 1, 10).value(), 7U);
    EXPECT_EQ(
        count_parameter(with("seen", "18446744073709551615"), "seen", 0, 0, ~std::uint64_t{0})
            .value(),
        ~std::uint64_t{0}
    );
}

TEST(Parameters, ABadCountNamesParameterValueAndRange) {
    for (const char* bad :
         {"0", "11", "-1", "+1", "1.5", "1x", "x", " 1", "1 ", "0x1", "18446744073709551617"}) {
        const auto refused = count_parameter(with("limit", bad), "limit", 7, 1, 10);
        ASSERT_FALSE(refused.has_value()) << bad;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << bad;
        EXPECT_EQ(refused.error().message.find("limit="), 0U) << refused.error().message;
        EXPECT_NE(refused.error().message.find(bad), std::string::npos) << bad;
        EXPECT_NE(refused.error().message.find("from 1 to 10"), std::string::npos) << bad;
    }
}

}  // namespace
}  // namespace sluice::daemon
