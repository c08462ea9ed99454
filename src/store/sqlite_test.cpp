#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

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

    std::int64_t rows() { return session_->query("select count(*) from a").front().integer(0); }

    test::TempDir dir_;
    std::unique_ptr<Session> session_;
    std::string last_error_;
};

TEST_F(Sqlite, ValuesComeBackAsTheyWere) {
    const std::string text{"a\0b\xC3\xA9", 5};
    session_->execute("insert into a values (?, ?, ?, ?)", {"k", std::int64_t{-5}, 2.5, text});
    session_->execute("insert into a (k, t) values (?, ?)", {"l", std::string{}});
    const auto found = session_->query("select k, n, x, t from a order by k");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text(0), "k");
    EXPECT_EQ(found[0].integer(1), -5);
    EXPECT_EQ(found[0].real(2), 2.5);
    EXPECT_EQ(found[0].text(3), text);
    EXPECT_TRUE(found[1].is_null(1));
    EXPECT_FALSE(found[1].is_null(3));
    EXPECT_EQ(session_->query("select sum(n) from a").front().integer(0), -5);  // typed by value
}

TEST_F(Sqlite, ExecuteCountsChangedRows) {
    EXPECT_EQ(session_->execute("insert into a (k) values ('a'), ('b')"), 2);
    EXPECT_EQ(session_->execute("update a set n = 1 where k = 'zzz'"), 0);
    EXPECT_EQ(session_->execute("create table b (n integer)"), 0);
    EXPECT_EQ(session_->execute("update a set n = 1"), 2);
}

TEST_F(Sqlite, TransactionsAndSavepoints) {
    session_->begin();
    EXPECT_TRUE(session_->in_transaction());
    session_->savepoint();
    session_->execute("insert into a (k) values ('kept')");
    session_->release();
    session_->savepoint();
    session_->execute("insert into a (k) values ('undone')");
    session_->rollback_to_savepoint();
    session_->commit();
    EXPECT_FALSE(session_->in_transaction());
    EXPECT_EQ(open()->query("select k from a").front().text(0), "kept");
    session_->begin();
    session_->execute("insert into a (k) values ('gone')");
    session_->rollback();
    session_->rollback();  // harmless
    EXPECT_EQ(rows(), 1);
}

TEST_F(Sqlite, ErrorsAreTold) {
    session_->execute("insert into a (k) values ('a')");
    EXPECT_EQ(kind_of_failure("insert into a (k) values ('a')"), SqlError::Kind::kConstraint);
    EXPECT_EQ(last_error_, "UNIQUE constraint failed: a.k (in: insert into a (k) values ('a'))");
    EXPECT_EQ(kind_of_failure("insert into child values ('none')"), SqlError::Kind::kConstraint);
    EXPECT_EQ(kind_of_failure("insert into nowhere values (1)"), SqlError::Kind::kOther);
    EXPECT_EQ(kind_of_failure("insert into a (k) values (?)"), SqlError::Kind::kOther);
    EXPECT_EQ(last_error_, "0 values for 1 places (in: insert into a (k) values (?))");
    EXPECT_EQ(kind_of_failure("delete from a; delete from child"), SqlError::Kind::kOther);
    EXPECT_EQ(kind_of_failure(""), SqlError::Kind::kOther);
    EXPECT_EQ(rows(), 1);
}

TEST_F(Sqlite, ALockOfAnotherIsBusy) {
    auto other = open();
    other->begin();
    EXPECT_EQ(kind_of_failure("insert into a (k) values ('a')"), SqlError::Kind::kBusy);
    other->rollback();
    session_->execute("insert into a (k) values ('a')");
}

TEST_F(Sqlite, AHandlerCannotEndItsTransaction) {
    session_->begin();
    for (const char* text : {"commit", " ROLLBACK", "end", "savepoint x", "release x", "Begin"}) {
        EXPECT_EQ(kind_of_failure(text), SqlError::Kind::kOther) << text;
    }
    EXPECT_TRUE(session_->in_transaction());
}

TEST_F(Sqlite, DurableByItsSettings) {
    EXPECT_EQ(session_->query("pragma journal_mode").front().text(0), "wal");
    EXPECT_EQ(session_->query("pragma synchronous").front().integer(0), 2);
    EXPECT_EQ(session_->query("pragma foreign_keys").front().integer(0), 1);
}

TEST_F(Sqlite, ManyTextsAreForgottenNotRefused) {
    for (int at = 0; at < 1'000; ++at) {
        const auto found = session_->query("select " + std::to_string(at));
        ASSERT_EQ(found.front().integer(0), at);
    }
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
