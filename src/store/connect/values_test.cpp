// Values and numbers through each database: boundaries, bytes, text of any script, and rows as
// handlers read them.

#include "base/test_seed.hpp"
#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sluice::store {
namespace {

class Values : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        session_ = open();
        session_->run_script(fmt::format(
            "create table v (at bigint primary key, i bigint, x double precision, t text, b {})",
            bytes()
        ));
    }

    /// Through a column.
    SqlRow back(const std::string& column, const SqlValue& value) {
        session_->execute(
            fmt::format("insert into v (at, {}) values (?, ?)", column), {++at_, value}
        );
        return session_->query(fmt::format("select {} from v where at = ?", column), {at_}).front();
    }

    std::unique_ptr<Session> session_;
    std::int64_t at_{0};
};

TEST_P(Values, IntegersKeepTheirBoundaries) {
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t value :
         {Limits::min(), std::int64_t{-1}, std::int64_t{0}, Limits::max()}) {
        EXPECT_EQ(back("i", value).integer(0), value);
    }
}

TEST_P(Values, RealsKeepTheirBits) {
    using Limits = std::numeric_limits<double>;
    for (const double value : {0.1, -0.0, 1.0 / 3.0, Limits::max(), Limits::lowest()}) {
        EXPECT_EQ(back("x", value).real(0), value);
    }
    if (is_mysql()) return;  // it has neither of these
    EXPECT_EQ(back("x", Limits::infinity()).real(0), Limits::infinity());
    EXPECT_EQ(back("x", Limits::denorm_min()).real(0), Limits::denorm_min());
}

TEST_P(Values, TextsKeepTheirCharacters) {
    for (const std::string& value :
         {std::string{},
          std::string{"주문-17"},
          std::string{"Ærø 🛒"},
          std::string{"'; drop table v; -- \\ ?"},
          std::string(60'000, 'x')}) {
        EXPECT_EQ(back("t", value).text(0), value);
        EXPECT_FALSE(back("t", value).is_null(0));
    }
}

TEST_P(Values, BytesKeepTheirBits) {
    for (const std::string& value :
         {std::string{}, std::string{"\0\x01\xFF\n\\", 5}, std::string(1'000'000, '\xFE')}) {
        EXPECT_EQ(back("b", value).text(0), value);
        EXPECT_FALSE(back("b", value).is_null(0));
    }
}

/// What is no text of the database's is refused, or kept as it is; never cut or mended.
TEST_P(Values, AnImpossibleTextIsNeverChanged) {
    for (const std::string& value : {std::string{"a\0b", 3}, std::string{"a\xFF", 2}}) {
        std::optional<std::string> kept;
        const auto refused = failure([&] { kept = back("t", value).text(0); });
        if (refused.has_value())
            EXPECT_EQ(refused->kind(), SqlError::Kind::kOther) << refused->what();
        else
            EXPECT_EQ(*kept, value);
    }
}

/// Counts and sums come as integers, whatever type the database has for them.
TEST_P(Values, SumsOfIntegersAreIntegers) {
    session_->execute("insert into v (at, i) values (1, 5), (2, ?)", {std::int64_t{1} << 40});
    const auto row =
        session_->query("select sum(i), count(*), max(i), avg(x), sum(i) / 2.0 from v").front();
    EXPECT_EQ(row.integer(0), (std::int64_t{1} << 40) + 5);
    EXPECT_EQ(row.integer(1), 2);
    EXPECT_EQ(row.integer(2), std::int64_t{1} << 40);
    EXPECT_TRUE(row.is_null(3));
    EXPECT_EQ(row.real(4), 549755813890.5);
}

/// A number fits every column of numbers, and one of texts.
TEST_P(Values, AColumnTakesWhatFitsIt) {
    session_->run_script("create table w (s smallint, n integer, d decimal(10, 2), t varchar(20))");
    session_->execute(
        "insert into w values (?, ?, ?, ?)",
        {std::int64_t{7}, std::int64_t{-8}, std::int64_t{9}, std::int64_t{10}}
    );
    const auto row = session_->query("select s, n, d, t from w").front();
    EXPECT_EQ(row.integer(0), 7);
    EXPECT_EQ(row.integer(1), -8);
    EXPECT_EQ(row.text(3), "10");
    if (is_sqlite()) return;  // its columns take any number
    const auto large =
        failure([&] { session_->execute("insert into w (s) values (?)", {std::int64_t{70'000}}); });
    ASSERT_TRUE(large.has_value());
    EXPECT_EQ(large->kind(), SqlError::Kind::kOther);
}

TEST_P(Values, NothingIsNullAndReadsAsZeroOrEmpty) {
    const SqlRow row = back("i", std::monostate{});
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.real(0), 0.0);
    EXPECT_EQ(row.text(0), "");
}

TEST_P(Values, AQueryAndItsCodeThatDisagreeAreTold) {
    EXPECT_THROW(
        static_cast<void>(back("t", std::string{"17"}).integer(0)), std::bad_variant_access
    );
    EXPECT_THROW(static_cast<void>(back("i", std::int64_t{17}).text(0)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(back("i", std::int64_t{17}).integer(1)), std::out_of_range);
}

TEST_P(Values, TooManyValuesAreRefusedLikeTooFew) {
    for (const auto& [values, told] : std::vector<std::pair<std::vector<SqlValue>, std::string>>{
             {{}, "0 values for 2 places (in: select i from v where at in (?, ?))"},
             {{std::int64_t{1}}, "1 values for 2 places (in: select i from v where at in (?, ?))"},
             {{std::int64_t{1}, std::int64_t{2}, std::int64_t{3}},
              "3 values for 2 places (in: select i from v where at in (?, ?))"}}) {
        const auto refused = failure([&, &given = values] {
            static_cast<void>(session_->query("select i from v where at in (?, ?)", given));
        });
        ASSERT_TRUE(refused.has_value()) << told;
        EXPECT_EQ(refused->what(), told);
    }
}

TEST_P(Values, AValueOfAnEarlierCallNeverComesAgain) {
    session_->run_script("create table t (a text, b text)");
    session_->execute("insert into t values (?, ?)", {std::string{"x"}, std::string{"y"}});
    session_->execute("insert into t values (?, ?)", {std::string{"z"}, std::monostate{}});
    EXPECT_TRUE(session_->query("select b from t where a = 'z'").front().is_null(0));
}

/// What a handler may write is refused only where it would end the transaction that is not its own.
TEST_P(Values, OnlyTransactionControlIsRefused) {
    session_->run_script("create table t (a text)");
    session_->begin();
    for (const char* fine :
         {"insert into t values ('commit')",
          "update t set a = 'rollback'",
          "with beginning as (select 1) select * from beginning",
          "delete from t"}) {
        EXPECT_NO_THROW(static_cast<void>(session_->query(fine))) << fine;
    }
    for (const char* refused :
         {"COMMIT", "\n\tbegin", "/* now */ RollBack to sluice_event", "savepoint mine"}) {
        EXPECT_THROW(static_cast<void>(session_->query(refused)), SqlError) << refused;
        EXPECT_TRUE(session_->in_transaction()) << refused;
    }
    session_->rollback();
}

TEST_P(Values, ModelWhateverIsWrittenIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::vector<std::pair<std::string, SqlValue>> written;
    session_->begin();
    for (std::int64_t at = 0; at < 300; ++at) {
        std::string column = "i";
        SqlValue value;
        switch (random() % 5) {
            case 0: break;
            case 1: value = static_cast<std::int64_t>(random()); break;
            case 2:
                column = "x";
                value = static_cast<double>(random()) / 1'000.0;
                break;
            case 3:
                column = "t";
                value = std::to_string(random()) + "é'?\\";
                break;
            default: {
                std::string text(random() % 40, '\0');
                for (char& byte : text) byte = static_cast<char>(random());
                column = "b";
                value = std::move(text);
            }
        }
        session_->execute(fmt::format("insert into v (at, {}) values (?, ?)", column), {at, value});
        written.emplace_back(std::move(column), std::move(value));
    }
    session_->commit();
    for (std::size_t at = 0; at < written.size(); ++at) {
        const auto& [column, value] = written[at];
        const auto rows = session_->query(
            fmt::format("select {} from v where at = ?", column), {static_cast<std::int64_t>(at)}
        );
        ASSERT_EQ(rows.size(), 1U);
        ASSERT_EQ(rows.front().values().front(), value) << at << ' ' << column;
    }
}

INSTANTIATE_TEST_SUITE_P(On, Values, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
