#include "base/test_seed.hpp"
#include "event/limits.hpp"
#include "project/cut_fixture.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::project {
namespace {

using test::drop;
using test::keep;
using test::Texts;
using test::tree;

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(CutEdges, DataIsReadToItsLimitOfDepthAndNoFurther) {
    const std::size_t most = event::EventLimits{}.json_depth_max;
    EXPECT_TRUE(keep_fields(nested(most), tree({"/0"})).has_value());
    EXPECT_EQ(drop(nested(most), {"/x"}), nested(most));
    for (const auto& cut : {keep_fields, drop_fields}) {
        const auto deep = cut(nested(most + 1), tree({"/0"}));
        ASSERT_FALSE(deep.has_value());
        EXPECT_EQ(deep.error().code, ErrorCode::kInvalidEvent);
        EXPECT_TRUE(deep.error().message.starts_with("data: byte ")) << deep.error().message;
        EXPECT_FALSE(cut(nested(100'000), tree({"/x"})).has_value())
            << "nor where nothing is asked";
    }
}

// What nobody asks for is read all the same: damage behind a kept field is no event.
TEST(CutEdges, DamageIsFoundWhereverItLies) {
    for (const char* broken :
         {R"({"a":1,"b":01})",
          R"({"a":1,"b":"\x"})",
          R"({"a":1,"b":[1,]})",
          R"({"a":1,"b":{"c"}})",
          R"({"a":1,})",
          R"({"a":1,b:2})",
          R"({"a":1} {})",
          "{\"a\":1,\"b\":\"\n\"}",
          R"({"a":1,"b":-})",
          R"({"a":1,"b":"\ud800"})"}) {
        EXPECT_TRUE(keep(broken, {"/a"}).starts_with("data: byte ")) << keep(broken, {"/a"});
        EXPECT_TRUE(drop(broken, {"/a"}).starts_with("data: byte ")) << drop(broken, {"/a"});
    }
}

TEST(CutEdges, APersonalFieldIsGoneInWhateverWayItsNameIsWritten) {
    constexpr std::string_view data =
        R"({"e\u006dail":"a@b","EMAIL":1,"\u0065\u006d\u0061\u0069\u006c":{"x":1},"email ":2})";
    EXPECT_EQ(drop(data, {"/email"}), R"({"EMAIL":1,"email ":2})") << "names have a case";
    EXPECT_EQ(drop(R"({"a\/b":1,"a~b":2,"*":3})", {"/a~1b", "/a~0b"}), R"({"*":3})");
    EXPECT_EQ(drop(R"({"":1,"b":2})", {"/"}), R"({"b":2})");
}

TEST(CutEdges, APersonalFieldIsGoneFromEveryElementAndMember) {
    constexpr std::string_view data =
        R"({"to":[{"name":"A","zip":1},{"zip":2},"x",[{"name":"B"}]],"by":{"k":{"name":"C"}}})";
    EXPECT_EQ(
        drop(data, {"/to/*/name"}),
        R"({"to":[{"zip":1},{"zip":2},"x",[{"name":"B"}]],"by":{"k":{"name":"C"}}})"
    );
    EXPECT_EQ(
        drop(data, {"/to/*/name", "/to/3/0/name", "/by/*/name"}),
        R"({"to":[{"zip":1},{"zip":2},"x",[{}]],"by":{"k":{}}})"
    );
    EXPECT_EQ(drop(data, {"/to", "/to/*/name", "/by"}), "{}") << "the wider of two is the rule";
    EXPECT_EQ(drop(data, {"/*"}), "{}");
    EXPECT_EQ(drop("[1,[2],{}]", {"/*"}), "[]");
}

// Elements are counted as they stood, however many before them are gone; "01" is none of them.
TEST(CutEdges, ElementsKeepTheirPlacesWhileOthersGo) {
    EXPECT_EQ(drop("[0,1,2,3,4]", {"/0", "/2", "/4"}), "[1,3]");
    EXPECT_EQ(keep("[0,1,2,3,4]", {"/3", "/1"}), "[1,3]");
    EXPECT_EQ(keep("[0,1]", {"/01"}), "[]");
    EXPECT_EQ(keep("[0,1]", {"/-"}), "[]");
    EXPECT_EQ(keep("[0,1]", {"/18446744073709551616"}), "[]");
    EXPECT_EQ(keep(R"({"0":"a","1":"b"})", {"/1"}), R"({"1":"b"})") << "or a member of that name";
}

TEST(CutEdges, KeptBytesAreNeitherRoundedNorReordered) {
    for (const char* value :
         {"9007199254740993",
          "123456789012345678901234567890.10",
          "-0",
          "1E+5",
          "-0.000e-0",
          R"("\u0000\/\"")",
          R"({"z":1, "a" : [ ] })"}) {
        const std::string data = std::string{R"({"x":true,"v":)"} + value + "}";
        const std::string kept = std::string{R"({"v":)"} + value + "}";
        EXPECT_EQ(keep(data, {"/v"}), kept);
        EXPECT_EQ(drop(data, {"/x"}), kept);
    }
}

// The same paths: what is kept and what is dropped are all members, each once. And to cut again
// what has been cut changes nothing.
TEST(CutEdgesModel, KeptAndDroppedAreTheWholeAndStayAsTheyAre) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        Texts fields;
        std::string all;
        std::string kept;
        std::string left;
        for (int i = 0, count = static_cast<int>(random() % 8) + 1; i < count; ++i) {
            const std::string name = "f" + std::to_string(i);
            const std::string member = "\"" + name + "\":" + std::to_string(random() % 1'000);
            const bool wanted = random() % 2 == 0;
            if (wanted) fields.push_back("/" + name);
            for (std::string* out : {&all, wanted ? &kept : &left})
                *out += (out->empty() ? "" : ",") + member;
        }
        if (fields.empty()) continue;
        const std::string data = "{" + all + "}";
        SCOPED_TRACE(data);
        ASSERT_EQ(keep(data, fields), "{" + kept + "}");
        ASSERT_EQ(drop(data, fields), "{" + left + "}");
        ASSERT_EQ(keep(keep(data, fields), fields), keep(data, fields));
        ASSERT_EQ(drop(drop(data, fields), fields), drop(data, fields));
        ASSERT_EQ(keep(drop(data, fields), fields), "{}");
        ASSERT_EQ(drop(keep(data, fields), fields), "{}");
    }
}

}  // namespace
}  // namespace sluice::project
