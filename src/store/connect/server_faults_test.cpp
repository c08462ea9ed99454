// What a server does to a session: it goes, comes again, chooses a victim, waits too long.

#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace sluice::store {
namespace {

using Kind = SqlError::Kind;

class ServerFaults : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        if (is_sqlite()) GTEST_SKIP() << "there is no server";
        session_ = open();
        session_->run_script("create table a (k varchar(64) primary key, n bigint)");
        session_->execute("insert into a values ('a', 0), ('b', 0)");
    }

    std::optional<SqlError> failure_of(Session& session, const std::string& statement) {
        return failure([&] { session.execute(statement); });
    }

    std::string refusal(const std::string& options, const std::string& database = "") {
        DatabaseUrl url = patient(this->url() + options);
        if (!database.empty()) url.server.database = database;
        const auto opened = database_at(url)->open_session();
        if (opened.has_value()) return "opened";
        EXPECT_EQ(opened.error().code, ErrorCode::kBadConfig) << opened.error().message;
        return opened.error().message;
    }

    std::unique_ptr<Session> session_;
};

TEST_P(ServerFaults, ALostConnectionIsToldAndAnotherSessionGoesOn) {
    session_->begin();
    session_->savepoint();
    session_->execute("update a set n = 1");
    cut(*session_);
    const auto lost = failure_of(*session_, "update a set n = 2");
    ASSERT_TRUE(lost.has_value());
    EXPECT_EQ(lost->kind(), Kind::kConnection) << lost->what();
    EXPECT_FALSE(session_->in_transaction());
    session_->rollback();
    EXPECT_EQ(failure([&] { session_->begin(); })->kind(), Kind::kConnection) << "it stays lost";
    EXPECT_EQ(open()->query("select max(n) from a").front().integer(0), 0);
}

TEST_P(ServerFaults, AConnectionLostBeforeTheCommitCommitsNothing) {
    session_->begin();
    session_->execute("update a set n = 1");
    cut(*session_);
    const auto lost = failure([&] { session_->commit(); });
    ASSERT_TRUE(lost.has_value());
    EXPECT_EQ(lost->kind(), Kind::kConnection) << lost->what();
    EXPECT_FALSE(session_->in_transaction());
    EXPECT_EQ(open()->query("select max(n) from a").front().integer(0), 0);
}

TEST_P(ServerFaults, AServerThatWasKilledServesAgain) {
    session_->begin();
    session_->execute("update a set n = 1");
    server().kill();
    EXPECT_EQ(failure_of(*session_, "update a set n = 2")->kind(), Kind::kConnection);
    const auto away = database()->open_session();
    ASSERT_FALSE(away.has_value());
    EXPECT_EQ(away.error().code, ErrorCode::kUnavailable) << away.error().message;
    server().start();
    EXPECT_EQ(open()->query("select max(n) from a").front().integer(0), 0);
}

/// Two transactions that wait for each other: one of them is chosen, and is to be done again.
TEST_P(ServerFaults, ADeadlockHasOneVictimWhoseTransactionIsToBeDoneAgain) {
    const auto other = open();
    session_->begin();
    other->begin();
    session_->execute("update a set n = 1 where k = 'a'");
    other->execute("update a set n = 2 where k = 'b'");
    auto theirs = std::async(std::launch::async, [&] {
        return failure_of(*other, "update a set n = 2 where k = 'a'");
    });
    const auto mine = failure_of(*session_, "update a set n = 1 where k = 'b'");
    const auto other_one = theirs.get();
    ASSERT_NE(mine.has_value(), other_one.has_value());
    EXPECT_EQ((mine ? *mine : *other_one).kind(), Kind::kSerialization);
    Session& winner = mine ? *other : *session_;
    Session& victim = mine ? *session_ : *other;
    const auto more = failure_of(victim, "insert into a values ('by itself', 1)");
    ASSERT_TRUE(more.has_value()) << "it would be committed without its transaction";
    EXPECT_EQ(more->kind(), Kind::kSerialization);
    victim.rollback();
    EXPECT_FALSE(victim.in_transaction());
    winner.commit();
    EXPECT_EQ(winner.query("select count(*) from a").front().integer(0), 2);
    victim.begin();
    victim.execute("update a set n = n + 10");
    victim.commit();
    EXPECT_EQ(session_->query("select min(n), max(n) from a").front().integer(0), mine ? 12 : 11);
}

TEST_P(ServerFaults, AStatementThatTakesTooLongIsBusy) {
    const auto hasty = session_at(url() + "?statement-timeout-ms=2000");
    hasty->begin();
    hasty->savepoint();
    const auto late = failure([&] {
        hasty->query(is_postgres() ? "select pg_sleep(60)" : "select sleep(60), n from a");
    });
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(late->kind(), Kind::kBusy) << late->what();
    hasty->rollback_to_savepoint();
    EXPECT_EQ(hasty->execute("update a set n = 5 where k = 'a'"), 1);
    hasty->commit();
    EXPECT_EQ(session_->query("select max(n) from a").front().integer(0), 5);
}

/// Of a service that has chosen a stricter isolation for itself.
TEST_P(ServerFaults, ASerializationFailureIsOne) {
    if (is_mysql()) GTEST_SKIP() << "it has locks in its place";
    const auto other = open();
    for (Session* session : {session_.get(), other.get()}) {
        session->execute("set default_transaction_isolation = 'repeatable read'");
    }
    session_->begin();
    session_->query("select n from a");
    other->begin();
    other->execute("update a set n = 1");
    other->commit();
    EXPECT_EQ(failure_of(*session_, "update a set n = 2")->kind(), Kind::kSerialization);
}

/// A constraint that is looked at at the commit only.
TEST_P(ServerFaults, ACommitThatIsRefusedSaysWhy) {
    if (is_mysql()) GTEST_SKIP() << "it has no such constraints";
    session_->run_script(
        "create table strict (k bigint primary key, parent bigint references strict (k) "
        "deferrable initially deferred)"
    );
    session_->begin();
    session_->execute("insert into strict values (1, 999)");
    const auto refused = failure([&] { session_->commit(); });
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->kind(), Kind::kConstraint);
    EXPECT_FALSE(session_->in_transaction());
    session_->begin();
    session_->execute("insert into strict values (1, 1)");
    session_->commit();
}

TEST_P(ServerFaults, AFailedTransactionIsNotTakenForACommitted) {
    if (!is_postgres()) GTEST_SKIP() << "a failed statement leaves the transaction sound";
    session_->begin();
    session_->execute("update a set n = 1");
    EXPECT_TRUE(failure_of(*session_, "insert into a values ('a', 1)").has_value());
    const auto refused = failure([&] { session_->commit(); });
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->kind(), Kind::kSerialization);
    EXPECT_EQ(session_->query("select max(n) from a").front().integer(0), 0);
}

TEST_P(ServerFaults, TwoThatMakeTheSameTablesAtOnceBothSucceed) {
    std::vector<std::future<std::optional<SqlError>>> makers;
    for (int maker = 0; maker < 6; ++maker) {
        makers.push_back(std::async(std::launch::async, [&] {
            const auto session = open();
            return failure([&] {
                session->run_script(
                    "create table if not exists m (k bigint primary key);"
                    "create table if not exists o (k bigint primary key)"
                );
            });
        }));
    }
    for (auto& maker : makers) {
        const auto failed = maker.get();
        EXPECT_FALSE(failed.has_value()) << failed->what();
    }
}

TEST_P(ServerFaults, WhatCannotBeOpenedSaysWhereAndWhy) {
    const std::string nowhere = refusal("", "nowhere");
    EXPECT_NE(nowhere.find("://sluice@127.0.0.1:"), std::string::npos) << nowhere;
    EXPECT_NE(nowhere.find("nowhere"), std::string::npos) << nowhere;
    EXPECT_NE(
        refusal("?password-file=%2Fnowhere").find("/nowhere: has no first line"), std::string::npos
    );
}

TEST_P(ServerFaults, AServerWithoutTlsIsRefusedWhereItIsAskedFor) {
    for (const char* option : {"?tls=require", "?tls=verify"}) {
        EXPECT_NE(refusal(option).find("SSL"), std::string::npos) << refusal(option);
    }
    EXPECT_EQ(refusal("?tls=off"), "opened");
}

INSTANTIATE_TEST_SUITE_P(On, ServerFaults, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
