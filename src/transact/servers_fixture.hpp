#pragma once

#include <sluice/twophase.hpp>

#include "store/connect/connect.hpp"
#include "store/temp_dir.hpp"
#include "tests/databases/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::transact::test {

/// Accounts in two databases, north and south, each on a server of its own that a test may kill. A
/// transfer writes its name in both, too.
class TwoServers : public ::testing::Test {
protected:
    static constexpr std::int64_t kPoints = 1'000;  ///< that each database has at the beginning

    void SetUp() override {
        for (const char* name : {"north", "south"}) {
            sluice::test::DatabaseServer& server = server_of(name);
            if (!server.missing().empty()) GTEST_SKIP() << server.missing();
            static int made = 0;
            const std::string database = fmt::format("points_{}", ++made);
            session_at(server.url())->execute("create database " + database);
            options.databases[name] = server.url(database);
            session(name)->run_script(
                "create table account (id bigint primary key, points bigint not null check "
                "(points >= 0)); insert into account values (1, 1000); "
                "create table moved (transfer varchar(64) primary key)"
            );
        }
        options.coordinator = "points";
        options.directory = dir.file("decisions");
        options.within = Milliseconds{60'000};
        options.look_every = Milliseconds{100};
        options.survive_power_cut = false;
    }

    /// Started by whoever asks first; for all tests of this program.
    [[nodiscard]] static sluice::test::DatabaseServer& server_of(const std::string& name) {
        static std::map<std::string, std::unique_ptr<sluice::test::DatabaseServer>> servers;
        auto& server = servers[name];
        if (!server) server = std::make_unique<sluice::test::DatabaseServer>("postgresql");
        return *server;
    }

    [[nodiscard]] static std::unique_ptr<store::Session> session_at(const std::string& url) {
        store::DatabaseUrl patient = store::DatabaseUrl::parse(url).value();
        patient.server.connect_timeout = Milliseconds{60'000};
        auto opened = store::database_at(patient)->open_session();
        if (!opened) throw std::runtime_error{opened.error().message};
        return std::move(opened).value();
    }

    [[nodiscard]] std::unique_ptr<store::Session> session(const std::string& name) const {
        return session_at(options.databases.at(name));
    }

    [[nodiscard]] static std::unique_ptr<TwoPhase> open(const TwoPhaseOptions& with) {
        auto opened = TwoPhase::open(with);
        if (!opened) throw std::runtime_error{opened.error().message};
        return std::move(opened).value();
    }

    [[nodiscard]] static Status move(
        TwoPhase& points, std::int64_t amount, const std::string& transfer
    ) {
        const auto change = [transfer](std::int64_t by) {
            return [=](Sql& sql) {
                sql.execute("insert into moved values (?)", {transfer});
                sql.execute("update account set points = points + ? where id = 1", {by});
                return ok();
            };
        };
        return points.run({{"north", change(-amount)}, {"south", change(amount)}});
    }

    [[nodiscard]] std::int64_t balance(const std::string& name) const {
        return session(name)->query("select points from account").front().integer(0);
    }

    [[nodiscard]] std::set<std::string> moved(const std::string& name) const {
        std::set<std::string> all;
        for (const SqlRow& row : session(name)->query("select transfer from moved")) {
            all.insert(row.text(0));
        }
        return all;
    }

    [[nodiscard]] std::vector<std::string> prepared() const {
        std::vector<std::string> all;
        for (const auto& [name, url] : options.databases) {
            auto session = store::open_branch_session(store::DatabaseUrl::parse(url).value());
            if (!session) throw std::runtime_error{session.error().message};
            for (const auto& one : session.value()->prepared()) all.push_back(one.gid);
        }
        return all;
    }

    /// Somebody else ends what is left.
    void await_nothing_prepared() const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{120};
        while (!prepared().empty()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << prepared().front() << " is left";
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }

    /// All of each transfer or nothing, and whoever was told that it is done finds it so.
    void check(const std::set<std::string>& acknowledged) const {
        EXPECT_EQ(balance("north") + balance("south"), 2 * kPoints);
        const std::set<std::string> done = moved("north");
        EXPECT_EQ(done, moved("south"));
        EXPECT_EQ(balance("south") - kPoints, static_cast<std::int64_t>(done.size()));
        for (const std::string& one : acknowledged) EXPECT_TRUE(done.contains(one)) << one;
    }

    sluice::test::TempDir dir;
    TwoPhaseOptions options;
};

}  // namespace sluice::transact::test
