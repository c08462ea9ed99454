#include <sluice/sql.hpp>

#include "public_fixture.hpp"

#include <limits>
#include <stdexcept>
#include <variant>

namespace sluice::user {
namespace {

TEST(SqlRow, NullIsTheEmptyValueOfEveryKind) {
    const SqlRow row{{SqlValue{}, std::int64_t{7}, 1.5, std::string{"text"}}};
    ASSERT_EQ(row.size(), 4U);
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.real(0), 0.0);
    EXPECT_EQ(row.text(0), "");
    EXPECT_FALSE(row.is_null(1));
    EXPECT_EQ(row.integer(1), 7);
    EXPECT_EQ(row.real(2), 1.5);
    EXPECT_EQ(row.text(3), "text");
}

TEST(SqlRow, AnotherKindAndAnotherColumnThrow) {
    const SqlRow row{{std::int64_t{7}, std::string{"7"}}};
    EXPECT_THROW(static_cast<void>(row.text(0)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(row.real(0)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(row.integer(1)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(row.integer(2)), std::out_of_range);
    EXPECT_THROW(static_cast<void>(row.is_null(2)), std::out_of_range);
}

TEST(SqlError, IsCaughtAsAnyExceptionIs) {
    try {
        throw SqlError{SqlError::Kind::kBusy, "database is locked"};
    } catch (const std::exception& error) {
        EXPECT_STREQ(error.what(), "database is locked");
    }
}

/// What a handler writes and reads within its transaction.
class SqlTest : public UserTest {
protected:
    /// Runs `statements` in the handler of one event; false: the event is parked.
    bool run(std::function<void(Sql&)> statements) {
        open();
        Service service{"books"};
        service.schema("create table if not exists t(k integer primary key, v)")
            .on("order.placed", [statements = std::move(statements)](const Event&, Sql& sql) {
                statements(sql);
                return Handled::done();
            });
        serve(service);
        start();
        publish({placed("17", 1)});
        settle();
        return sluice_->counts().delivered == 1 && sluice_->counts().parked_now == 0;
    }
};

TEST_F(SqlTest, ValuesComeBackAsTheyWere) {
    const std::vector<SqlValue> values{
        SqlValue{},
        std::int64_t{0},
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max(),
        0.1,
        -std::numeric_limits<double>::max(),
        std::numeric_limits<double>::denorm_min(),
        std::string{},
        std::string{"주문 🛒 'quoted' ? \"twice\""},
        std::string{"a\0b", 3},
        std::string(1'000'000, 'x')};
    EXPECT_TRUE(run([&values](Sql& sql) {
        for (const SqlValue& value : values) {
            const auto key = static_cast<std::int64_t>(&value - values.data());
            EXPECT_EQ(sql.execute("insert into t values (?, ?)", {key, value}), 1);
            const auto rows = sql.query("select v from t where k = ?", {key});
            ASSERT_EQ(rows.size(), 1U);
            EXPECT_EQ(rows.front().values().at(0), value) << key;
        }
    }));
}

TEST_F(SqlTest, ExecuteCountsTheRowsThatItChanged) {
    EXPECT_TRUE(run([](Sql& sql) {
        EXPECT_EQ(sql.execute("insert into t values (1, 'a'), (2, 'b'), (3, 'c')"), 3);
        EXPECT_EQ(
            sql.execute("update t set v = ? where k > ?", {std::string{"z"}, std::int64_t{1}}), 2
        );
        EXPECT_EQ(sql.execute("update t set v = 'z' where k = 9"), 0);
        EXPECT_EQ(sql.execute("delete from t"), 3);
        EXPECT_TRUE(sql.query("select * from t").empty());
    }));
}

TEST_F(SqlTest, AValueIsNeverPartOfTheStatement) {
    EXPECT_TRUE(run([](Sql& sql) {
        const std::string hostile = "x'); drop table t; --";
        sql.execute("insert into t values (1, ?)", {hostile});
        EXPECT_EQ(sql.query("select v from t").at(0).text(0), hostile);
    }));
}

TEST_F(SqlTest, ErrorsSayTheirKind) {
    EXPECT_TRUE(run([](Sql& sql) {
        const auto kind = [&sql](std::string_view statement) {
            try {
                sql.execute(statement);
            } catch (const SqlError& error) {
                EXPECT_NE(std::string_view{error.what()}, "");
                return error.kind();
            }
            ADD_FAILURE() << "no error: " << statement;
            return SqlError::Kind::kBusy;
        };
        sql.execute("insert into t values (1, 'a')");
        EXPECT_EQ(kind("insert into t values (1, 'b')"), SqlError::Kind::kConstraint);
        EXPECT_EQ(kind("insert into nowhere values (1)"), SqlError::Kind::kOther);
        EXPECT_EQ(kind("no statement"), SqlError::Kind::kOther);
        EXPECT_EQ(kind("insert into t values (?, ?)"), SqlError::Kind::kOther);
    }));
}

}  // namespace
}  // namespace sluice::user
