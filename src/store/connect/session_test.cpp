// What every session does, on each database.

#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::store {
namespace {

using Kind = SqlError::Kind;

class SessionTest : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        session_ = open();
        session_->run_script(
            "create table a (k varchar(64) primary key, n bigint, x double precision, t text); "
            "create table child (k varchar(64), foreign key (k) references a (k))"
        );
    }

    Kind kind_of_failure(const std::string& statement) {
        const auto error = failure([&] { session_->execute(statement); });
        if (error.has_value()) {
            last_error_ = error->what();
            return error->kind();
        }
        ADD_FAILURE() << statement << " succeeded";
        return Kind::kOther;
    }

    std::int64_t rows() { return session_->query("select count(*) from a").front().integer(0); }

    std::unique_ptr<Session> session_;
    std::string last_error_;
};

TEST_P(SessionTest, ValuesComeBackAsTheyWere) {
    session_->execute(
        "insert into a values (?, ?, ?, ?)",
        {std::string{"k"}, std::int64_t{-5}, 2.5, std::string{"é?"}}
    );
    session_->execute("insert into a (k, t) values (?, ?)", {std::string{"l"}, std::string{}});
    const auto found = session_->query("select k, n, x, t from a order by k");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text(0), "k");
    EXPECT_EQ(found[0].integer(1), -5);
    EXPECT_EQ(found[0].real(2), 2.5);
    EXPECT_EQ(found[0].text(3), "é?");
    EXPECT_TRUE(found[1].is_null(1));
    EXPECT_FALSE(found[1].is_null(3));
}

TEST_P(SessionTest, APlaceholderIsNoneInTextsAndComments) {
    session_->execute("insert into a (k, t) values ('?', ?) /* why? */", {std::string{"it's?"}});
    const auto found =
        session_->query("select t from a where k = '?' and t = ? -- ?", {std::string{"it's?"}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].text(0), "it's?");
}

TEST_P(SessionTest, ExecuteCountsRowsThatItFinds) {
    EXPECT_EQ(session_->execute("insert into a (k) values ('a'), ('b')"), 2);
    EXPECT_EQ(session_->execute("update a set n = 1 where k = 'zzz'"), 0);
    EXPECT_EQ(session_->execute("update a set n = 1"), 2);
    EXPECT_EQ(session_->execute("update a set n = 1"), 2) << "also where nothing changes";
    EXPECT_EQ(session_->execute("select k from a"), 0);
    EXPECT_EQ(session_->execute("delete from a where k = 'a'"), 1);
    EXPECT_EQ(session_->execute("create table b (n integer)"), 0);
}

TEST_P(SessionTest, TransactionsAndSavepoints) {
    EXPECT_FALSE(session_->in_transaction());
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
    const auto found = open()->query("select k from a");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().text(0), "kept");
    session_->begin();
    session_->execute("insert into a (k) values ('gone')");
    session_->rollback();
    EXPECT_FALSE(session_->in_transaction());
    session_->rollback();  // harmless
    EXPECT_EQ(rows(), 1);
}

TEST_P(SessionTest, ASavepointWithNothingBehindItIsOneToo) {
    session_->begin();
    session_->execute("insert into a (k) values ('a')");
    for (const bool undone : {true, false, true}) {
        session_->savepoint();
        if (undone)
            session_->rollback_to_savepoint();
        else
            session_->release();
    }
    session_->savepoint();
    session_->execute("insert into a (k) values ('b')");
    session_->release();
    session_->savepoint();
    EXPECT_TRUE(failure([&] { session_->execute("commit"); }).has_value());
    session_->rollback_to_savepoint();
    session_->savepoint();
    EXPECT_TRUE(failure([&] { session_->execute("selct 1"); }).has_value());
    session_->rollback_to_savepoint();
    session_->savepoint();
    session_->execute("insert into a (k) values ('c')");
    session_->rollback_to_savepoint();
    session_->commit();
    const auto found = session_->query("select k from a order by k");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].text(0), "b");
}

/// One event that fails does not undo the others of its transaction.
TEST_P(SessionTest, AFailureIsUndoneToItsSavepointAndTheRestGoesOn) {
    session_->begin();
    for (const char* key : {"a", "b", "a", "c"}) {
        session_->savepoint();
        session_->execute("update a set n = coalesce(n, 0) + 1");
        const auto failed =
            failure([&] { session_->execute("insert into a (k) values (?)", {std::string{key}}); });
        if (failed.has_value()) {
            EXPECT_EQ(failed->kind(), Kind::kConstraint);
            EXPECT_TRUE(session_->in_transaction());
            session_->rollback_to_savepoint();
        } else {
            session_->release();
        }
    }
    session_->commit();
    const auto found = session_->query("select k, n from a order by k");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].integer(1), 2) << "the failed one's update is undone";
    EXPECT_EQ(found[1].integer(1), 1);
    EXPECT_TRUE(found[2].is_null(1));
}

TEST_P(SessionTest, ErrorsAreTold) {
    session_->execute("insert into a (k) values ('a')");
    EXPECT_EQ(kind_of_failure("insert into a (k) values ('a')"), Kind::kConstraint);
    EXPECT_TRUE(last_error_.ends_with(" (in: insert into a (k) values ('a'))")) << last_error_;
    EXPECT_EQ(kind_of_failure("insert into child values ('none')"), Kind::kConstraint);
    if (!is_sqlite()) {  // whose keys may be null
        EXPECT_EQ(kind_of_failure("insert into a (k) values (null)"), Kind::kConstraint);
    }
    EXPECT_EQ(kind_of_failure("insert into nowhere values (1)"), Kind::kOther);
    EXPECT_EQ(kind_of_failure("insert into a (k) values (?)"), Kind::kOther);
    EXPECT_EQ(last_error_, "0 values for 1 places (in: insert into a (k) values (?))");
    EXPECT_EQ(kind_of_failure("delete from a; delete from child"), Kind::kOther);
    EXPECT_EQ(kind_of_failure(""), Kind::kOther);
    EXPECT_EQ(kind_of_failure("selct 1"), Kind::kOther);
    EXPECT_EQ(rows(), 1);
}

TEST_P(SessionTest, ALockOfAnotherIsBusy) {
    session_->execute("insert into a (k) values ('a')");
    const auto other = open();
    other->begin();
    other->execute("update a set n = 1");
    session_ = open(at_once());
    EXPECT_EQ(kind_of_failure("update a set n = 2"), Kind::kBusy) << last_error_;
    other->rollback();
    EXPECT_EQ(session_->execute("update a set n = 2"), 1);
}

TEST_P(SessionTest, AHandlerCannotEndItsTransaction) {
    session_->begin();
    for (const char* text :
         {"commit", " ROLLBACK", "savepoint x", "release x", "Begin", "/* */ commit"}) {
        EXPECT_EQ(kind_of_failure(text), Kind::kOther) << text;
        EXPECT_NE(last_error_.find("is refused"), std::string::npos) << last_error_;
    }
    EXPECT_TRUE(session_->in_transaction());
    session_->execute("insert into a (k) values ('a')");
    session_->commit();
    EXPECT_EQ(rows(), 1);
}

TEST_P(SessionTest, ManyTextsAreForgottenNotRefused) {
    for (int at = 0; at < 600; ++at) {
        const auto found = session_->query("select " + std::to_string(at));
        ASSERT_EQ(found.front().integer(0), at);
    }
    session_->begin();  // as little within a transaction
    for (int at = 0; at < 300; ++at) {
        const auto found = session_->query("select " + std::to_string(at));
        ASSERT_EQ(found.front().integer(0), at);
    }
    session_->commit();
}

/// A table that changes under a statement that is prepared: at most one transaction has to be done
/// again.
TEST_P(SessionTest, ATableThatChangesIsNoLastingFailure) {
    session_->execute("insert into a (k) values ('a')");
    ASSERT_EQ(session_->query("select * from a").front().size(), 4U);
    open()->run_script("alter table a add column more bigint");
    for (int times = 0; times < 2; ++times) {
        session_->begin();
        std::vector<SqlRow> found;
        const auto failed = failure([&] { found = session_->query("select * from a"); });
        session_->rollback();
        if (failed.has_value() && times == 0) {
            EXPECT_EQ(failed->kind(), Kind::kSerialization) << failed->what();
            continue;
        }
        ASSERT_FALSE(failed.has_value()) << failed->what();
        EXPECT_EQ(found.front().size(), 5U);
    }
}

TEST_P(SessionTest, AScriptThatFailsSaysSoAndLeavesASoundSession) {
    const auto failed = failure([&] {
        session_->run_script("create table b (n integer); create table a (n integer)");
    });
    ASSERT_TRUE(failed.has_value());
    EXPECT_EQ(failed->kind(), Kind::kOther);
    EXPECT_NE(std::string{failed->what()}.find("already exists"), std::string::npos);
    EXPECT_FALSE(session_->in_transaction());
    session_->run_script("create table c (n integer); -- done\n");
    EXPECT_EQ(session_->query("select count(*) from c").front().integer(0), 0);
}

/// A handler that catches an error and goes on: what it did before the error is there or its
/// session says that it is not; never half and silent.
TEST_P(SessionTest, AnErrorThatWasCaughtIsNotForgottenWhereItMatters) {
    session_->begin();
    session_->savepoint();
    session_->execute("insert into a (k) values ('a')");
    const auto caught = failure([&] { session_->execute("insert into a (k) values ('a')"); });
    ASSERT_TRUE(caught.has_value());
    const auto later = failure([&] { session_->require_usable(); });
    if (!is_postgres()) {
        EXPECT_FALSE(later.has_value());
        session_->release();
        session_->commit();
        EXPECT_EQ(rows(), 1);
        return;
    }
    ASSERT_TRUE(later.has_value());
    EXPECT_EQ(later->kind(), Kind::kConstraint);
    EXPECT_STREQ(later->what(), caught->what());
    const auto next = failure([&] { session_->execute("insert into a (k) values ('b')"); });
    EXPECT_STREQ(next->what(), caught->what()) << "the first one's, not that of its consequence";
    session_->rollback_to_savepoint();
    EXPECT_NO_THROW(session_->require_usable());
    session_->execute("insert into a (k) values ('c')");
    session_->commit();
    EXPECT_EQ(rows(), 1);
}

INSTANTIATE_TEST_SUITE_P(On, SessionTest, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
