#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace sluice::store {
namespace {

class Sqlite : public ::testing::Test {
protected:
    void SetUp() override {
        session_ = open();
        session_->run_script(
            "create table a (k text primary key, n integer, x real, t text); "
            "create table child (k text references a (k))"
        );
    }

    std::unique_ptr<Session> open() {
        auto opened = SqliteDatabase{{dir_.file("read.db"), Milliseconds{0}}}.open_session();
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    SqlError::Kind kind_of_failure(const std::string& statement) {
        try {
            session_->execute(statement);
        } catch (const SqlError& error) {
            last_error_ = error.what();
            return error.kind();
        }
        ADD_FAILURE() << statement << " succeeded";
        return SqlError::Kind::kOther;
    }

    test::TempDir dir_;
    std::unique_ptr<Session> session_;
    std::string last_error_;
};

TEST_F(Sqlite, AValueHasATypeOfItsOwn) {
    const auto back = [&](const SqlValue& value) {
        return session_->query("select ?", {value}).front();
    };
    EXPECT_EQ(back(std::int64_t{17}).integer(0), 17);
    EXPECT_EQ(back(2.5).real(0), 2.5);
    EXPECT_EQ(back(std::string{"17"}).text(0), "17");
    EXPECT_EQ(back(std::string{"\0\x01\xFF", 3}).text(0), (std::string{"\0\x01\xFF", 3}));
    EXPECT_TRUE(back(std::numeric_limits<double>::quiet_NaN()).is_null(0)) << "it keeps no NaN";
    session_->execute("insert into a (k, n) values ('k', -5)");
    EXPECT_EQ(session_->query("select sum(n) from a").front().integer(0), -5);
}

TEST_F(Sqlite, AConstraintIsNamed) {
    session_->execute("insert into a (k) values ('a')");
    EXPECT_EQ(kind_of_failure("insert into a (k) values ('a')"), SqlError::Kind::kConstraint);
    EXPECT_EQ(last_error_, "UNIQUE constraint failed: a.k (in: insert into a (k) values ('a'))");
    EXPECT_EQ(kind_of_failure("insert into child values ('none')"), SqlError::Kind::kConstraint);
}

TEST_F(Sqlite, AWriterIsAloneFromItsBeginning) {
    auto other = open();
    other->begin();
    EXPECT_EQ(kind_of_failure("insert into a (k) values ('a')"), SqlError::Kind::kBusy);
    other->rollback();
    session_->execute("insert into a (k) values ('a')");
}

TEST_F(Sqlite, EndIsAWordForCommit) {
    session_->begin();
    EXPECT_EQ(kind_of_failure("end transaction"), SqlError::Kind::kOther);
    EXPECT_TRUE(session_->in_transaction());
    EXPECT_NO_THROW(session_->query("select 1 as \"end\""));
}

TEST_F(Sqlite, DurableByItsSettings) {
    EXPECT_EQ(session_->query("pragma journal_mode").front().text(0), "wal");
    EXPECT_EQ(session_->query("pragma synchronous").front().integer(0), 2);
    EXPECT_EQ(session_->query("pragma foreign_keys").front().integer(0), 1);
}

TEST(SqliteOpening, FailuresAreClear) {
    const test::TempDir dir;
    const auto error = [](const std::string& path) {
        const auto opened = SqliteDatabase{{path}}.open_session();
        return opened.has_value() ? Error{} : opened.error();
    };
    EXPECT_EQ(
        error(dir.file("no/read.db")).message,
        dir.file("no/read.db") + ": there is no directory " + dir.file("no") + "; make it first"
    );
    EXPECT_EQ(error("").code, ErrorCode::kBadConfig);
    std::ofstream{dir.file("text.db")} << std::string(2'000, 'x');
    EXPECT_EQ(error(dir.file("text.db")).code, ErrorCode::kCorrupt);
    std::filesystem::create_directory(dir.file("folder.db"));
    EXPECT_EQ(error(dir.file("folder.db")).code, ErrorCode::kBadConfig);
}

}  // namespace
}  // namespace sluice::store
