#include "store/statement_cache.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::store {
namespace {

class StatementCacheTest : public ::testing::Test {
protected:
    void SetUp() override {
        sqlite3* made = nullptr;
        ASSERT_EQ(sqlite3_open(":memory:", &made), SQLITE_OK);
        handle_.reset(made);
    }

    std::string failure(StatementCache& cache, const std::string& text) {
        try {
            static_cast<void>(cache.get(text));
        } catch (const SqlError& error) {
            EXPECT_EQ(error.kind(), SqlError::Kind::kOther);
            return error.what();
        }
        return "prepared";
    }

    SqlitePtr handle_;
};

TEST_F(StatementCacheTest, TheLeastRecentlyUsedGoes) {
    StatementCache cache{handle_.get(), 2};
    static_cast<void>(cache.get("select 1"));
    static_cast<void>(cache.get("select 2"));
    EXPECT_NE(cache.find("select 1"), nullptr);
    static_cast<void>(cache.get("select 3"));
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_NE(cache.find("select 1"), nullptr);
    EXPECT_EQ(cache.find("select 2"), nullptr);
}

TEST_F(StatementCacheTest, OneTextIsPreparedOnce) {
    StatementCache cache{handle_.get(), 2};
    sqlite3_stmt* first = cache.get("select 1");
    EXPECT_EQ(cache.get("select 1"), first);
    EXPECT_NE(cache.get("select 1 "), first) << "texts are compared, not statements";
    EXPECT_EQ(cache.size(), 2U);
}

TEST_F(StatementCacheTest, ATextThatFailsLeavesTheOthers) {
    StatementCache cache{handle_.get(), 1};
    static_cast<void>(cache.get("select 1"));
    EXPECT_EQ(failure(cache, "selct 2"), "near \"selct\": syntax error (in: selct 2)");
    EXPECT_NE(cache.find("select 1"), nullptr) << "nothing gave way for it";
    EXPECT_EQ(cache.size(), 1U);
}

TEST_F(StatementCacheTest, OneStatementAtATime) {
    StatementCache cache{handle_.get(), 8};
    for (const char* one : {"select 1;", "select 2 ; \n\t", "select ';'", "  select 3"}) {
        EXPECT_EQ(failure(cache, one), "prepared") << one;
    }
    for (const char* other : {"select 1; select 2", "", ";", "  ", "-- nothing"}) {
        EXPECT_NE(failure(cache, other).find("one statement at a time"), std::string::npos)
            << other;
    }
}

TEST_F(StatementCacheTest, ALongTextIsCutInItsError) {
    StatementCache cache{handle_.get(), 8};
    const std::string text = "select nowhere" + std::string(500, ' ');
    const std::string told = failure(cache, text);
    EXPECT_EQ(told.find("no such column: nowhere (in: select nowhere"), 0U);
    EXPECT_TRUE(told.ends_with(" …)"));
    EXPECT_LT(told.size(), 260U);
}

}  // namespace
}  // namespace sluice::store
