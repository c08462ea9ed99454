// Databases that prepare transactions: what is prepared outlives its session and its server, and is
// ended by name, once.

#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::store {
namespace {

using BranchPtr = std::unique_ptr<BranchSession>;
constexpr const char* kGid = "sluice/points/1/1/0";

class PreparedBranches : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (is_sqlite() || is_mysql()) GTEST_SKIP() << "it cannot prepare for us";
        if (IsSkipped()) return;
        open()->run_script("create table account (id bigint primary key, points bigint not null)");
        open()->execute("insert into account values (1, 100)");
    }

    [[nodiscard]] BranchPtr branch(const std::string& at) const {
        auto opened = open_branch_session(patient(at));
        if (!opened) throw std::runtime_error{opened.error().message};
        return std::move(opened).value();
    }

    [[nodiscard]] BranchPtr branch() const { return branch(url()); }

    static void take_ten(BranchSession& session, const std::string& gid) {
        session.begin(gid).execute("update account set points = points - 10 where id = 1");
        session.prepare();
    }

    [[nodiscard]] std::int64_t points() const {
        return open()->query("select points from account where id = 1").front().integer(0);
    }

    [[nodiscard]] std::vector<std::string> gids() const {
        std::vector<std::string> all;
        for (const PreparedBranch& one : branch()->prepared()) all.push_back(one.gid);
        return all;
    }

    using Texts = std::vector<std::string>;
};

TEST_P(PreparedBranches, AreEndedBySomebodyElse) {
    {
        const BranchPtr session = branch();
        take_ten(*session, kGid);
    }
    EXPECT_EQ(points(), 100);
    EXPECT_EQ(gids(), Texts{kGid});
    const BranchPtr other = branch();
    EXPECT_TRUE(other->commit_prepared(kGid));
    EXPECT_EQ(points(), 90);
    EXPECT_FALSE(other->commit_prepared(kGid)) << "it was done before";
    EXPECT_FALSE(other->rollback_prepared(kGid)) << "which changes nothing";
    EXPECT_EQ(points(), 90);
    EXPECT_TRUE(gids().empty());
}

TEST_P(PreparedBranches, AreRolledBackByName) {
    const BranchPtr session = branch();
    take_ten(*session, kGid);
    EXPECT_TRUE(session->rollback_prepared(kGid));
    EXPECT_FALSE(session->rollback_prepared(kGid));
    EXPECT_EQ(points(), 100);
    EXPECT_TRUE(session->idle()) << "and the session is of use to somebody";
    take_ten(*session, "sluice/points/1/2/0");
    EXPECT_TRUE(session->commit_prepared("sluice/points/1/2/0"));
    EXPECT_EQ(points(), 90);
}

TEST_P(PreparedBranches, SayWhoseTheyAreAndSinceWhen) {
    const BranchPtr session = branch();
    take_ten(*session, kGid);
    const auto all = session->prepared();
    ASSERT_EQ(all.size(), 1U);
    if (is_postgres()) {
        EXPECT_EQ(all[0].owner, "sluice");
        ASSERT_TRUE(all[0].since.has_value());
        EXPECT_GT(all[0].since->ms, 1'700'000'000'000);
    }
    EXPECT_TRUE(session->rollback_prepared(kGid));
}

TEST_P(PreparedBranches, OutliveTheirServerAndKeepTheirLocks) {
    const BranchPtr before = branch();
    take_ten(*before, kGid);
    server().kill();
    server().start();
    EXPECT_TRUE(failure([&] { static_cast<void>(before->prepared()); }).has_value());
    EXPECT_FALSE(before->idle()) << "its connection is lost";
    EXPECT_EQ(gids(), Texts{kGid});
    const auto locked =
        failure([&] { open(at_once())->execute("update account set points = 0 where id = 1"); });
    ASSERT_TRUE(locked.has_value());
    EXPECT_EQ(locked->kind(), SqlError::Kind::kBusy);
    EXPECT_TRUE(branch()->commit_prepared(kGid));
    EXPECT_EQ(points(), 90);
}

TEST_P(PreparedBranches, WhatIsNotPreparedGoesWithItsSession) {
    branch()->begin(kGid).execute("update account set points = 0 where id = 1");
    EXPECT_TRUE(gids().empty());
    const BranchPtr session = branch();
    session->begin(kGid).execute("update account set points = 0 where id = 1");
    EXPECT_FALSE(session->idle());
    session->rollback();
    EXPECT_TRUE(session->idle());
    EXPECT_EQ(points(), 100);
}

TEST_P(PreparedBranches, AreNotMadeOfWhatHasFailed) {
    const BranchPtr session = branch();
    Sql& sql = session->begin(kGid);
    const auto broken = failure([&] { sql.execute("insert into account values (1, 5)"); });
    ASSERT_TRUE(broken.has_value());
    if (!is_postgres()) return;  // elsewhere a statement fails by itself
    const auto refused = failure([&] { session->prepare(); });
    ASSERT_TRUE(refused.has_value()) << "though somebody has caught the error";
    session->rollback();
    EXPECT_TRUE(gids().empty());
    EXPECT_TRUE(session->idle());
}

TEST_P(PreparedBranches, AHandlerCannotEndThem) {
    const BranchPtr session = branch();
    Sql& sql = session->begin(kGid);
    for (const char* statement : {"commit", "rollback", "prepare transaction 'x'"}) {
        EXPECT_TRUE(failure([&] { sql.execute(statement); }).has_value()) << statement;
    }
    session->rollback();
}

TEST_P(PreparedBranches, ThatBelongToSomebodyElseAreNotOurs) {
    if (!is_postgres()) return;
    open()->run_script(fmt::format(
        "create role {0} login; grant all on account to {0}",
        "bob_" + url().substr(url().rfind('_'))
    ));
    const BranchPtr session = branch();
    take_ten(*session, kGid);
    std::string bobs = url();
    bobs.replace(bobs.find("sluice@"), 6, "bob_" + url().substr(url().rfind('_')));
    const BranchPtr bob = branch(bobs);
    EXPECT_EQ(bob->prepared().size(), 1U) << "everybody sees them";
    const auto refused = failure([&] { bob->commit_prepared(kGid); });
    ASSERT_TRUE(refused.has_value());
    EXPECT_NE(
        std::string{refused->what()}.find("connect as the user who prepared it"), std::string::npos
    ) << refused->what();
    EXPECT_TRUE(session->rollback_prepared(kGid));
}

TEST_P(PreparedBranches, AreAsManyAsTheServerAllows) {
    if (!is_postgres()) return;
    const BranchPtr session = branch();
    EXPECT_TRUE(session->examine(32));
    const Status most = session->examine(33);
    EXPECT_EQ(most.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(most.error().message.find("max_prepared_transactions is 32"), std::string::npos);
    int prepared = 0;
    const auto full = failure([&] {
        for (;; ++prepared) {
            session->begin(fmt::format("sluice/points/1/{}/0", prepared));
            session->prepare();
        }
    });
    EXPECT_EQ(prepared, 32);
    EXPECT_EQ(full->kind(), SqlError::Kind::kBusy);
    EXPECT_NE(std::string{full->what()}.find("raise max_prepared_transactions"), std::string::npos);
    for (const std::string& gid : gids()) EXPECT_TRUE(session->rollback_prepared(gid));
}

TEST_P(PreparedBranches, AreRefusedWhereNoneMayBe) {
    if (!is_postgres()) return;
    const sluice::test::DatabaseServer installed{
        "postgresql", sluice::test::DatabaseServer::Secured{}};
    DatabaseUrl at = patient(installed.url());
    at.server.password = sluice::test::DatabaseServer::kPassword;
    const BranchPtr session = std::move(open_branch_session(at)).value();
    const Status none = session->examine(1);
    EXPECT_EQ(none.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(
        none.error().message.find("max_prepared_transactions is 0, and up to 1 transactions may be "
                                  "prepared at a time: set it to that or more in postgresql.conf"),
        std::string::npos
    ) << none.error().message;
    const auto refused = failure([&] {
        session->begin(kGid);
        session->prepare();
    });
    ASSERT_TRUE(refused.has_value()) << "and whoever tries all the same is told";
    EXPECT_EQ(refused->kind(), SqlError::Kind::kBusy);
}

INSTANTIATE_TEST_SUITE_P(On, PreparedBranches, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
