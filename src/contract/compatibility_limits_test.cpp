#include "contract/compatibility_limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sluice::contract {
namespace {

using Json = nlohmann::json;

const Limit& limit(std::string_view keyword) {
    const auto* found = std::find_if(kLimits.begin(), kLimits.end(), [&](const Limit& one) {
        return one.keyword == keyword;
    });
    EXPECT_NE(found, kLimits.end()) << keyword;
    return *found;
}

bool within(std::string_view keyword, const char* writer, const char* due) {
    return is_within(limit(keyword), Json::parse(writer), Json::parse(due));
}

TEST(CompatibilityLimits, AWriterStaysWithinWhatIsAtLeastAsWide) {
    EXPECT_TRUE(within("maximum", R"({"maximum":5})", "5"));
    EXPECT_TRUE(within("maximum", R"({"maximum":5})", "5.5"));
    EXPECT_FALSE(within("maximum", R"({"maximum":5})", "4"));
    EXPECT_FALSE(within("maximum", R"({})", "4")) << "not limited at all";
    EXPECT_TRUE(within("minimum", R"({"minimum":5})", "5"));
    EXPECT_TRUE(within("minimum", R"({"minimum":5})", "-1"));
    EXPECT_FALSE(within("minimum", R"({"minimum":5})", "6"));
    EXPECT_TRUE(within("maxLength", R"({"maxLength":5})", "5"));
    EXPECT_FALSE(within("minItems", R"({"minItems":0})", "1"));
}

TEST(CompatibilityLimits, TheOtherFormOfALimitCountsToo) {
    EXPECT_TRUE(within("maximum", R"({"exclusiveMaximum":5})", "5"));
    EXPECT_FALSE(within("maximum", R"({"exclusiveMaximum":6})", "5"));
    EXPECT_FALSE(within("exclusiveMaximum", R"({"maximum":5})", "5")) << "5 itself may be sent";
    EXPECT_TRUE(within("exclusiveMaximum", R"({"maximum":5})", "6"));
    EXPECT_TRUE(within("minimum", R"({"exclusiveMinimum":0})", "0"));
    EXPECT_FALSE(within("exclusiveMinimum", R"({"minimum":0})", "0"));
    EXPECT_TRUE(within("exclusiveMinimum", R"({"minimum":1})", "0"));
}

TEST(CompatibilityLimits, AValueIsWithinItsOwnLimits) {
    const auto value_within = [](std::string_view keyword, const char* value, const char* due) {
        return is_within(limit(keyword), schema_of_value(Json::parse(value)), Json::parse(due));
    };
    EXPECT_TRUE(value_within("maximum", "5", "5"));
    EXPECT_FALSE(value_within("exclusiveMaximum", "5", "5"));
    EXPECT_TRUE(value_within("minimum", "-1.5", "-2"));
    EXPECT_TRUE(value_within("maxLength", R"("한글")", "2")) << "characters, not bytes";
    EXPECT_FALSE(value_within("minLength", R"("한글")", "3"));
    EXPECT_EQ(schema_of_value(Json::parse("6")).at("multipleOf"), 6);
    EXPECT_FALSE(schema_of_value(Json::parse("0")).contains("multipleOf"));
    EXPECT_EQ(schema_of_value(Json::parse("null")), Json::parse(R"({"type":"null"})"));
}

TEST(CompatibilityLimits, TypesAreNamedAsSchemasNameThem) {
    EXPECT_EQ(json_type(Json::parse("1")), "integer");
    EXPECT_EQ(json_type(Json::parse("1.5")), "number");
    EXPECT_EQ(json_type(Json::parse("\"\"")), "string");
    EXPECT_EQ(json_type(Json::parse("true")), "boolean");
    EXPECT_EQ(json_type(Json::parse("null")), "null");
    EXPECT_EQ(json_type(Json::parse("[]")), "array");
    EXPECT_EQ(json_type(Json::parse("{}")), "object");
}

}  // namespace
}  // namespace sluice::contract
