#include "daemon/api/record_page.hpp"

#include "daemon/api/answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

TEST(Cursor, IsReadAsItWasWritten) {
    const Cursor cursor{PartitionId{4095}, Offset{9'000'000'000}};
    EXPECT_EQ(Cursor::parse(cursor.text()).value(), cursor);
    for (const char* bad : {"", "-", "1", "1-", "-1", "1-2-3", "1--2", "a-1", "1-a", " 1-2"}) {
        const auto parsed = Cursor::parse(bad);
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    }
}

TEST(RecordPage, ComesBackToTheByte) {
    const std::vector<std::vector<std::string>> pages{
        {},
        {R"({"data":1.50,"offset":1})"},
        {R"({"data":{"a":[1,2]},"n":12345678901234567890})", R"({"text":"],}\n,"})"}};
    for (const auto& lines : pages) {
        const std::string body = records_body(lines, {PartitionId{2}, Offset{7}}, true);
        EXPECT_TRUE(Json::accept(body)) << body;
        EXPECT_EQ(Json::parse(body)["records"].size(), lines.size());
        const auto page = page_of(body);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_EQ(page.value().lines, lines);
        EXPECT_EQ(page.value().next, Offset{7});
        EXPECT_TRUE(page.value().at_end);
    }
}

TEST(RecordPage, AnotherAnswerIsRefused) {
    for (const char* body :
         {"",
          "ok",
          "{}\n]}\n",
          "{\"next\":1,\"end\":true,\"records\":[\n]}\n",
          "{\"next\":\"0-0\",\"end\":1,\"records\":[\n]}\n",
          "{\"next\":\"x\",\"end\":true,\"records\":[\n]}\n",
          "{\"next\":\"0-0\",\"end\":true,\"records\":[\n{}"}) {
        const auto page = page_of(body);
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(page.error().code, ErrorCode::kUnavailable);
    }
}

TEST(TopicEnds, ComeBack) {
    const TopicEnds ends{
        12, {{Offset{0}, Offset{5}, Offset{6}}, {Offset{3}, Offset{7}, Offset{7}}}};
    const auto back = ends_of(to_text(ends_json("t", ends)));
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value().version, 12U);
    EXPECT_EQ(back.value().partitions, ends.partitions);
    for (const char* body : {"", "[]", R"({"version":1})", R"({"version":1,"partitions":[1]})"}) {
        EXPECT_FALSE(ends_of(body)) << body;
    }
}

TEST(Answer, ComesBack) {
    const Result<Published> placed = Published{"t", PartitionId{3}, Offset{9}};
    const auto back = answer_of(answer_json(placed));
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value().topic, "t");
    EXPECT_EQ(back.value().partition, PartitionId{3});
    EXPECT_EQ(back.value().offset, Offset{9});
    const Error refused{ErrorCode::kTooLarge, "too much"};
    EXPECT_EQ(answer_of(answer_json(refused)).error(), refused);
    for (const char* bad :
         {"[]", "{}", R"({"accepted":true})", R"({"accepted":false,"code":"full"})"}) {
        EXPECT_EQ(answer_of(Json::parse(bad)).error().code, ErrorCode::kUnavailable) << bad;
    }
}

}  // namespace
}  // namespace sluice::daemon
