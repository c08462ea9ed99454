#include "project/data_value.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice::project {
namespace {

using event::JsonKind;

TEST(JsonNumber, IsExactWhileItIsWholeAndWithin64Bits) {
    const auto order = [](std::string_view a, std::string_view b) {
        return JsonNumber::parse(a).compare(JsonNumber::parse(b));
    };
    EXPECT_TRUE(order("9007199254740993", "9007199254740992") > 0);
    EXPECT_TRUE(order("-9223372036854775808", "-9223372036854775807") < 0);
    EXPECT_TRUE(order("1", "1.0") == 0);
    EXPECT_TRUE(order("-0", "0") == 0);
    EXPECT_TRUE(order("1e2", "100") == 0);
    EXPECT_TRUE(order("0.1", "0.10") == 0);
    EXPECT_TRUE(order("9223372036854775808", "9223372036854775807") >= 0);
    EXPECT_TRUE(order("1e400", "1e300") > 0);
    EXPECT_TRUE(order("-1e400", "-1e300") < 0);
    EXPECT_TRUE(order("1e-400", "0") == 0);
    EXPECT_TRUE(
        JsonNumber::of(std::nan("")).compare(JsonNumber::of(std::int64_t{1})) !=
        std::partial_ordering::equivalent
    );
}

TEST(DataValue, EqualsTheSameScalarHoweverItIsWritten) {
    const auto of = [](const char* json) { return *DataValue::of(nlohmann::json::parse(json)); };
    EXPECT_TRUE(of(R"("é")").equals(JsonKind::kString, R"("\u00e9")"));
    EXPECT_TRUE(of(R"("a\\b")").equals(JsonKind::kString, R"("a\\b")"));
    EXPECT_FALSE(of(R"("1")").equals(JsonKind::kNumber, "1"));
    EXPECT_TRUE(of("1.50").equals(JsonKind::kNumber, "15e-1"));
    EXPECT_TRUE(of("false").equals(JsonKind::kBool, "false"));
    EXPECT_FALSE(of("false").equals(JsonKind::kBool, "true"));
    EXPECT_TRUE(of("null").equals(JsonKind::kNull, "null"));
    EXPECT_FALSE(of("null").equals(JsonKind::kObject, "{}"));
    EXPECT_FALSE(DataValue::of(nlohmann::json::parse("[1]")).has_value());
    EXPECT_FALSE(DataValue::of(nlohmann::json::parse("{}")).has_value());
}

TEST(StringIn, DecodesOnlyWhatIsEscaped) {
    std::string buffer;
    const std::string_view plain{R"("plain")"};
    EXPECT_EQ(string_in(plain, buffer).data(), plain.data() + 1);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(string_in(R"("a\n\ud55c")", buffer), "a\n한");
}

}  // namespace
}  // namespace sluice::project
