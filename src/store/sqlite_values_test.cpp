// Values and numbers through SQLite: boundaries, bytes, text of any script, and rows as handlers
// read them.

#include "base/test_seed.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sluice::store {
namespace {

class SqliteValues : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = SqliteDatabase{{dir_.file("read.db")}}.open_session();
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        session_ = std::move(opened.value());
    }

    SqlRow back(const SqlValue& value) { return session_->query("select ?", {value}).front(); }

    test::TempDir dir_;
    std::unique_ptr<Session> session_;
};

TEST_F(SqliteValues, IntegersKeepTheirBoundaries) {
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t value :
         {Limits::min(), std::int64_t{-1}, std::int64_t{0}, Limits::max()}) {
        EXPECT_EQ(back(value).integer(0), value);
    }
}

TEST_F(SqliteValues, RealsKeepTheirBits) {
    using Limits = std::numeric_limits<double>;
    for (const double value :
         {0.1, -0.0, Limits::max(), Limits::denorm_min(), Limits::infinity()}) {
        EXPECT_EQ(back(value).real(0), value);
    }
    EXPECT_TRUE(back(Limits::quiet_NaN()).is_null(0)) << "SQLite keeps no NaN";
}

TEST_F(SqliteValues, TextsKeepTheirBytes) {
    for (const std::string& value :
         {std::string{},
          std::string{"주문-17"},
          std::string{"Ærø 🛒"},
          std::string{"'; drop table a; --"},
          std::string{"\0\x01\xFF\n", 4},
          std::string(1'000'000, 'x')}) {
        EXPECT_EQ(back(value).text(0), value);
        EXPECT_FALSE(back(value).is_null(0));
    }
}

TEST_F(SqliteValues, NothingIsNullAndReadsAsZeroOrEmpty) {
    const SqlRow row = back(std::monostate{});
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.real(0), 0.0);
    EXPECT_EQ(row.text(0), "");
}

TEST_F(SqliteValues, AQueryAndItsCodeThatDisagreeAreTold) {
    EXPECT_THROW(static_cast<void>(back(std::string{"17"}).integer(0)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(back(std::int64_t{17}).text(0)), std::bad_variant_access);
    EXPECT_THROW(static_cast<void>(back(std::int64_t{17}).integer(1)), std::out_of_range);
}

TEST_F(SqliteValues, TooManyValuesAreRefusedLikeTooFew) {
    for (const auto& [values, told] : std::vector<std::pair<std::vector<SqlValue>, std::string>>{
             {{}, "0 values for 2 places (in: select ?, ?)"},
             {{std::int64_t{1}}, "1 values for 2 places (in: select ?, ?)"},
             {{std::int64_t{1}, std::int64_t{2}, std::int64_t{3}},
              "3 values for 2 places (in: select ?, ?)"}}) {
        try {
            static_cast<void>(session_->query("select ?, ?", values));
            ADD_FAILURE() << told;
        } catch (const SqlError& error) {
            EXPECT_EQ(error.what(), told);
        }
    }
}

TEST_F(SqliteValues, AValueOfAnEarlierCallNeverComesAgain) {
    session_->run_script("create table t (a text, b text)");
    session_->execute("insert into t values (?, ?)", {std::string{"x"}, std::string{"y"}});
    session_->execute("insert into t values (?, ?)", {std::string{"z"}, std::monostate{}});
    EXPECT_TRUE(session_->query("select b from t where a = 'z'").front().is_null(0));
}

/// What a handler may write is refused only where it would end the transaction that is not its own.
TEST_F(SqliteValues, OnlyTransactionControlIsRefused) {
    session_->run_script("create table t (a text)");
    session_->begin();
    for (const char* fine :
         {"insert into t values ('commit')",
          "update t set a = 'rollback'",
          "with beginning as (select 1) select * from beginning",
          "select 1 as \"end\"",
          "delete from t"}) {
        EXPECT_NO_THROW(static_cast<void>(session_->query(fine))) << fine;
    }
    for (const char* refused :
         {"COMMIT", "\n\tend transaction", "RollBack to sluice_event", "begin;"}) {
        EXPECT_THROW(static_cast<void>(session_->query(refused)), SqlError) << refused;
        EXPECT_TRUE(session_->in_transaction()) << refused;
    }
    session_->rollback();
}

TEST_F(SqliteValues, ModelWhateverIsWrittenIsReadBack) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    session_->run_script("create table t (at integer primary key, v)");
    std::vector<SqlValue> written;
    session_->begin();
    for (std::int64_t at = 0; at < 500; ++at) {
        SqlValue value;
        switch (random() % 4) {
            case 0: break;
            case 1: value = static_cast<std::int64_t>(random()); break;
            case 2: value = static_cast<double>(random()) / 1'000.0; break;
            default: {
                std::string text(random() % 40, '\0');
                for (char& byte : text) byte = static_cast<char>(random());
                value = std::move(text);
            }
        }
        written.push_back(value);
        session_->execute("insert into t values (?, ?)", {at, value});
    }
    session_->commit();
    const auto rows = session_->query("select v from t order by at");
    ASSERT_EQ(rows.size(), written.size());
    for (std::size_t at = 0; at < rows.size(); ++at) {
        ASSERT_EQ(rows[at].values().front(), written[at]) << at;
    }
}

}  // namespace
}  // namespace sluice::store
