#include "event/record.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Record, TheLastHeaderOfANameCounts) {
    const Record record{"k", "v", {{"a", "1"}, {"b", "2"}, {"a", "3"}, {"A", "4"}}, Instant{0}};
    EXPECT_EQ(record.header("a"), "3");
    EXPECT_EQ(record.header("b"), "2");
    EXPECT_EQ(record.header("c"), std::nullopt);
}

TEST(Record, CountsKeyValueAndHeaders) {
    EXPECT_EQ(Record{}.size_bytes(), 0U);
    const Record record{"key", "value", {{"name", "12"}, {"n", ""}}, Instant{0}};
    EXPECT_EQ(record.size_bytes(), 3U + 5U + 6U + 1U);
}

}  // namespace
}  // namespace sluice
