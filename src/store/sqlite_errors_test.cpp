// What each failure of SQLite does to a session, a transaction and a file: a full disk, a lock, a
// file that may only be read, a damaged one, a schema that has changed.

#include "store/sqlite_database.hpp"
#include "store/sqlite_handle.hpp"
#include "store/temp_dir.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>

namespace sluice::store {
namespace {

using Kind = SqlError::Kind;

class SqliteErrors : public ::testing::Test {
protected:
    void SetUp() override {
        session_ = open();
        session_->run_script("create table a (k text primary key, n integer)");
    }

    std::unique_ptr<Session> open(Milliseconds busy_timeout = Milliseconds{0}) {
        auto opened = SqliteDatabase{{path_, busy_timeout}}.open_session();
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return opened ? std::move(opened.value()) : nullptr;
    }

    std::optional<SqlError> failure(const std::function<void()>& work) {
        try {
            work();
        } catch (const SqlError& error) {
            return error;
        }
        return std::nullopt;
    }

    std::optional<SqlError> failure_of(const std::string& statement) {
        return failure([&] { session_->execute(statement); });
    }

    void insert(const std::string& key) {
        session_->execute("insert into a (k) values (?)", {key});
    }

    std::int64_t rows() { return session_->query("select count(*) from a").front().integer(0); }

    /// The database cannot grow any more, as on a full disk.
    void fill_disk() {
        const auto pages = session_->query("pragma page_count").front().integer(0);
        session_->query(fmt::format("pragma max_page_count = {}", pages));
    }

    static constexpr const char* kMuch = "insert into a (k) values (hex(zeroblob(100000)))";

    test::TempDir dir_;
    std::string path_{dir_.file("read.db")};
    std::unique_ptr<Session> session_;
};

TEST_F(SqliteErrors, EveryCodeSaysWhatATransactionNeedsToKnow) {
    const std::pair<int, Kind> kCases[]{
        {SQLITE_BUSY, Kind::kBusy},
        {SQLITE_BUSY_RECOVERY, Kind::kBusy},
        {SQLITE_LOCKED, Kind::kBusy},
        {SQLITE_LOCKED_SHAREDCACHE, Kind::kBusy},
        {SQLITE_BUSY_SNAPSHOT, Kind::kSerialization},
        {SQLITE_CONSTRAINT, Kind::kConstraint},
        {SQLITE_CONSTRAINT_UNIQUE, Kind::kConstraint},
        {SQLITE_CONSTRAINT_FOREIGNKEY, Kind::kConstraint},
        {SQLITE_IOERR, Kind::kConnection},
        {SQLITE_IOERR_FSYNC, Kind::kConnection},
        {SQLITE_FULL, Kind::kConnection},
        {SQLITE_READONLY, Kind::kConnection},
        {SQLITE_CORRUPT, Kind::kConnection},
        {SQLITE_NOTADB, Kind::kConnection},
        {SQLITE_CANTOPEN, Kind::kConnection},
        {SQLITE_NOMEM, Kind::kConnection},
        {SQLITE_INTERRUPT, Kind::kConnection},
        {SQLITE_ERROR, Kind::kOther},
        {SQLITE_MISMATCH, Kind::kOther},
        {SQLITE_TOOBIG, Kind::kOther},
        {SQLITE_RANGE, Kind::kOther},
    };
    for (const auto& [code, kind] : kCases) EXPECT_EQ(kind_of(code), kind) << code;
}

TEST_F(SqliteErrors, AFullDiskIsNobodysFaultAndPassesWhenThereIsRoom) {
    insert("before");
    fill_disk();
    session_->begin();
    insert("small");
    const auto full = failure_of(kMuch);
    ASSERT_TRUE(full.has_value());
    EXPECT_EQ(full->kind(), Kind::kConnection);
    EXPECT_EQ(std::string{full->what()}.find("database or disk is full (in: insert"), 0U);
    session_->rollback();
    EXPECT_FALSE(session_->in_transaction());
    EXPECT_EQ(rows(), 1);
    session_->query("pragma max_page_count = 1000000");
    session_->begin();
    session_->execute(kMuch);
    session_->commit();
    EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteErrors, AFullDiskInsideASavepointLeavesWhatCameBefore) {
    session_->begin();
    insert("kept");
    fill_disk();
    session_->savepoint();
    ASSERT_TRUE(failure_of(kMuch).has_value());
    if (session_->in_transaction()) {  // SQLite may end the transaction by itself, and says so
        session_->rollback_to_savepoint();
        session_->commit();
        EXPECT_EQ(rows(), 1);
    } else {
        session_->rollback();
        EXPECT_EQ(rows(), 0);
    }
}

/// What follows would be committed by itself, whatever becomes of its event.
TEST_F(SqliteErrors, AfterAFailureThatEndsTheTransactionNothingIsWritten) {
    insert("before");
    session_->begin();
    insert("a");
    const auto ends = failure_of("insert or rollback into a (k) values ('a')");
    ASSERT_TRUE(ends.has_value());
    EXPECT_EQ(ends->kind(), Kind::kConstraint);
    EXPECT_FALSE(session_->in_transaction());
    const auto next = failure([&] { insert("by itself"); });
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->kind(), Kind::kConnection);
    EXPECT_TRUE(failure([&] { session_->commit(); }).has_value());
    session_->rollback();
    EXPECT_EQ(rows(), 1);
    insert("afterwards");
    EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteErrors, ALockThatIsNotFreeInTimeIsBusyAndLeavesNoTransaction) {
    auto other = open();
    other->begin();
    const auto busy = failure([&] { session_->begin(); });
    ASSERT_TRUE(busy.has_value());
    EXPECT_EQ(busy->kind(), Kind::kBusy);
    EXPECT_FALSE(session_->in_transaction());
    other->rollback();
    session_->begin();
    EXPECT_TRUE(session_->in_transaction());
    session_->commit();
}

TEST_F(SqliteErrors, AReaderIsNeverInTheWayOfAWriter) {
    insert("a");
    auto reader = open();
    EXPECT_EQ(reader->query("select count(*) from a").front().integer(0), 1);
    session_->begin();
    insert("b");
    EXPECT_EQ(reader->query("select count(*) from a").front().integer(0), 1);
    session_->commit();
    EXPECT_EQ(reader->query("select count(*) from a").front().integer(0), 2);
}

TEST_F(SqliteErrors, ALockIsWaitedForAsLongAsWasSaid) {
    auto other = open();
    auto patient = open(Milliseconds{30'000});
    other->begin();
    std::jthread frees{[&] { other->rollback(); }};
    patient->begin();  // as soon as the other has let go
    EXPECT_TRUE(patient->in_transaction());
    patient->rollback();
}

TEST_F(SqliteErrors, AFileThatMayOnlyBeReadRefusesWritesAndStillAnswers) {
    insert("a");
    session_->execute("pragma query_only = on");
    const auto refused = failure_of("insert into a (k) values ('b')");
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->kind(), Kind::kConnection);
    EXPECT_EQ(rows(), 1);
}

TEST_F(SqliteErrors, ATableThatIsGoneIsAMistakeOfTheStatement) {
    insert("a");  // prepared and kept
    open()->run_script("drop table a");
    const auto gone = failure([&] { insert("b"); });
    ASSERT_TRUE(gone.has_value());
    EXPECT_EQ(gone->kind(), Kind::kOther);
    EXPECT_EQ(std::string{gone->what()}.find("no such table: a"), 0U);
}

TEST_F(SqliteErrors, AColumnAddedByAnotherDoesNotUpsetWhatIsPrepared) {
    EXPECT_EQ(session_->query("select * from a").size(), 0U);
    insert("a");
    open()->run_script("alter table a add column extra text default 'x'");
    insert("b");
    const auto found = session_->query("select * from a order by k");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].size(), 3U);
    EXPECT_EQ(found[1].text(2), "x");
}

TEST_F(SqliteErrors, AFailedStatementCanBeUsedAgain) {
    insert("a");
    for (int times = 0; times < 3; ++times) {
        const auto again = failure([&] { insert("a"); });
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(again->kind(), Kind::kConstraint);
    }
    insert("b");
    EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteErrors, ADamagedPageIsToldAndNothingIsMadeUp) {
    session_->begin();
    for (int key = 0; key < 2'000; ++key) insert(fmt::format("key-{:05}", key));
    session_->commit();
    session_.reset();  // the last one to close moves the write-ahead log into the file
    ASSERT_GT(std::filesystem::file_size(path_), 4U * 4'096U);
    {
        std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
        for (const std::streamoff page : {1, 2, 3}) {
            file.seekp(page * 4'096);
            file << std::string(64, '\xFF');
        }
    }
    session_ = open();
    if (session_ == nullptr) return;
    const auto damaged = failure([&] { session_->query("select k, n from a order by k"); });
    ASSERT_TRUE(damaged.has_value());
    EXPECT_EQ(damaged->kind(), Kind::kConnection) << "no fault of the event";
    EXPECT_EQ(std::string{damaged->what()}.find("database disk image is malformed"), 0U);
}

TEST_F(SqliteErrors, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
    const std::string text = dir_.file("notes.txt");
    std::ofstream{text} << std::string(5'000, 'n');
    const auto opened = SqliteDatabase{{text}}.open_session();
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(
        opened.error().message, text + ": file is not a database; give another path, or restore it"
    );
    EXPECT_EQ(std::filesystem::file_size(text), 5'000U);
}

TEST_F(SqliteErrors, APlaceWithoutAWriteAheadLogIsRefused) {
    const auto opened = SqliteDatabase{{":memory:"}}.open_session();
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(
        opened.error().message, ":memory:: no write-ahead log there; use a file on a local disk"
    );
}

TEST_F(SqliteErrors, AScriptThatFailsInItsMiddleSaysSo) {
    const auto failed = failure([&] {
        session_->run_script("create table b (n integer); create table a (n integer)");
    });
    ASSERT_TRUE(failed.has_value());
    EXPECT_NE(std::string{failed->what()}.find("table a already exists"), std::string::npos);
    EXPECT_EQ(session_->query("select count(*) from b").front().integer(0), 0);
}

}  // namespace
}  // namespace sluice::store
