#include "outbox/relay/postgres.hpp"

#include "outbox/relay/migration.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::outbox {
namespace {

TEST(PgArray, IsReadAsItWasMeant) {
    EXPECT_EQ(pg_array(std::vector<std::int64_t>{}), "{}");
    EXPECT_EQ(pg_array(std::vector<std::int64_t>{1, -2}), "{1,-2}");
    EXPECT_EQ(
        pg_array(std::vector<std::string>{"", "a,b", "\"q\"", "back\\", "{}", "null"}),
        R"({"","a,b","\"q\"","back\\","{}","null"})"
    );
}

TEST(PgConnection, WhereNobodyIsItSaysSo) {
    const auto opened = PgConnection::open("postgres://127.0.0.1:1/none", "test");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(opened.error().message.find("PostgreSQL: "), std::string::npos);
    EXPECT_EQ(opened.error().message.find('\n'), std::string::npos);
}

TEST(Migration, IsWholeSql) {
    const std::string_view sql = postgres_migration();
    EXPECT_TRUE(sql.starts_with("-- Sluice's outbox for PostgreSQL"));
    EXPECT_TRUE(sql.ends_with("$$;\n"));
    EXPECT_NE(sql.find("create function sluice_publish("), std::string_view::npos);
}

}  // namespace
}  // namespace sluice::outbox
