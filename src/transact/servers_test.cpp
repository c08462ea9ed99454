#include "transact/servers_fixture.hpp"

#include <atomic>

namespace sluice::transact::test {
namespace {

TEST_F(TwoServers, PointsMoveOrDoNot) {
    const auto points = open(options);
    EXPECT_TRUE(move(*points, 1, "a"));
    const Status twice = move(*points, 1, "a");
    EXPECT_EQ(twice.error().code, ErrorCode::kConflict) << "its name is taken";
    const Status poor = move(*points, kPoints, "b");
    EXPECT_EQ(poor.error().code, ErrorCode::kConflict);
    EXPECT_NE(poor.error().message.find("north: "), std::string::npos) << poor.error().message;
    EXPECT_TRUE(prepared().empty());
    check({"a"});
    EXPECT_TRUE(points->failure());
}

TEST_F(TwoServers, ManyAtOnceOnOneAccount) {
    const auto points = open(options);
    std::atomic<int> done{0};
    std::set<std::string> all;
    {
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 4; ++caller) {
            for (int one = 0; one < 10; ++one) all.insert(fmt::format("{}-{}", caller, one));
            callers.emplace_back([&, caller] {
                for (int one = 0; one < 10; ++one) {
                    if (move(*points, 1, fmt::format("{}-{}", caller, one))) ++done;
                }
            });
        }
    }
    EXPECT_EQ(done, 40) << "they wait for each other's rows";
    check(all);
}

TEST_F(TwoServers, AServerThatGoesAndComesIsTold) {
    const auto points = open(options);
    ASSERT_TRUE(move(*points, 1, "before"));
    server_of("south").kill();
    const Status away = move(*points, 1, "meanwhile");
    EXPECT_EQ(away.error().code, ErrorCode::kUnavailable);
    server_of("south").start();
    EXPECT_TRUE(move(*points, 1, "after")) << "its sessions are made anew";
    EXPECT_TRUE(prepared().empty());
    check({"before", "after"});
    EXPECT_FALSE(moved("north").contains("meanwhile"));
}

TEST_F(TwoServers, WhatAnotherProcessLeftIsEnded) {
    ASSERT_TRUE(move(*open(options), 1, "before"));
    {
        auto left = store::open_branch_session(
            store::DatabaseUrl::parse(options.databases.at("north")).value()
        );
        Sql& sql = left.value()->begin("sluice/points/1/7/0");
        sql.execute("update account set points = 0");
        left.value()->prepare();
    }
    EXPECT_EQ(prepared().size(), 1U);
    const auto points = open(options);
    await_nothing_prepared();
    check({"before"});
}

TEST_F(TwoServers, OneProcessHasTheDirectory) {
    const auto points = open(options);
    EXPECT_EQ(TwoPhase::open(options).error().code, ErrorCode::kUnavailable);
}

TEST_F(TwoServers, ALogThatIsLostIsNotTakenForNew) {
    const auto first = options;
    {
        auto left = store::open_branch_session(
            store::DatabaseUrl::parse(options.databases.at("north")).value()
        );
        left.value()->begin("sluice/points/4/7/0").execute("delete from account");
        left.value()->prepare();
    }
    const auto refused = TwoPhase::open(options);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_NE(refused.error().message.find("sluice/points/4/7/0"), std::string::npos);
    EXPECT_EQ(prepared().size(), 1U) << "it is left alone";
}

}  // namespace
}  // namespace sluice::transact::test
