// Points between two shops, on two PostgreSQL servers: by many callers, while connections are cut
// and servers are killed. No point is made, and none is lost.

#include "commerce/points/points.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/test_log.hpp"
#include "transact/servers_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace sluice::commerce::points {
namespace {

using Random = std::mt19937_64;

constexpr int kMembers = 20;
constexpr std::int64_t kBegin = 100;
constexpr int kCallers = 4;

class CommercePoints : public transact::test::TwoServers {
protected:
    void SetUp() override {
        TwoServers::SetUp();
        if (IsSkipped()) return;
        for (const char* shop : {"north", "south"}) {
            const auto here = session(shop);
            here->run_script(schema());
            for (int member = 0; member < kMembers; ++member) {
                open_account(*here, fmt::format("m{}", member), kBegin);
            }
        }
    }

    [[nodiscard]] static Transfer some_transfer(Random& random, const std::string& id) {
        const auto member = [&](const std::string& shop) {
            return Member{shop, fmt::format("m{}", random() % kMembers)};
        };
        const bool north_gives = random() % 2 == 0;
        return {
            id,
            member(north_gives ? "north" : "south"),
            member(north_gives ? "south" : "north"),
            static_cast<std::int64_t>(1 + random() % 60)};
    }

    /// By transfer, what an account was changed by.
    [[nodiscard]] std::map<std::string, std::int64_t> entries(const std::string& shop) const {
        std::map<std::string, std::int64_t> all;
        for (const SqlRow& row : session(shop)->query("select id, points from points_transfer")) {
            all.emplace(row.text(0), row.integer(1));
        }
        return all;
    }

    /// Each account is what it was at the beginning and all entries since; those of one transfer
    /// are of both shops, and even out.
    void audit() const {
        std::map<std::string, std::int64_t> of_both;
        for (const char* shop : {"north", "south"}) {
            const auto wrong = session(shop)->query(
                "select member, points from points_account a where points <> ? + (select "
                "coalesce(sum(t.points), 0)::bigint from points_transfer t where t.member = "
                "a.member)",
                {kBegin}
            );
            EXPECT_TRUE(wrong.empty()) << shop << ": " << wrong.front().text(0);
            for (const auto& [id, points] : entries(shop)) of_both[id] += points;
        }
        for (const auto& [id, sum] : of_both) EXPECT_EQ(sum, 0) << id << " is half";
        EXPECT_EQ(entries("north").size(), entries("south").size());
    }

    /// Again and again while a database is away, as whoever wishes it would.
    [[nodiscard]] static Status ask(TwoPhase& shops, const Transfer& wish) {
        Status told = transfer(shops, wish);
        while (!told && told.error().code == ErrorCode::kUnavailable) {
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
            told = transfer(shops, wish);
        }
        return told;
    }

    /// Cuts somebody's connection, every twentieth time kills a server.
    void disturb(const std::stop_token& stop, Random random, int times) {
        for (int time = 0; time < times && !stop.stop_requested(); ++time) {
            const std::string shop = random() % 2 == 0 ? "north" : "south";
            if (time % 20 == 3) {
                server_of(shop).kill();
                server_of(shop).start();
                ++kills_;
                continue;
            }
            session(shop)->query(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
                "'sluice' and pid <> pg_backend_pid() order by random() limit 1"
            );
            ++cuts_;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }

    std::atomic<int> kills_{0};
    std::atomic<int> cuts_{0};
};

TEST_F(CommercePoints, GoOrStay) {
    const auto shops = open(options);
    const Member ann{"north", "m1"};
    const Member bob{"south", "m1"};
    EXPECT_TRUE(transfer(*shops, {"gift", ann, bob, 30}));
    EXPECT_TRUE(transfer(*shops, {"gift", ann, bob, 30})) << "it has gone";
    EXPECT_EQ(entries("south").at("gift"), 30);
    EXPECT_EQ(entries("north").at("gift"), -30);
    const Status poor = transfer(*shops, {"more", ann, bob, 71});
    EXPECT_EQ(poor.error().message, "north: m1 has no account here, or too few points");
    EXPECT_EQ(poor.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(transfer(*shops, {"more", ann, bob, 70})) << "its id is free again";
    const Status nobody = transfer(*shops, {"lost", {"south", "m2"}, {"north", "nobody"}, 1});
    EXPECT_EQ(nobody.error().code, ErrorCode::kConflict);
    EXPECT_EQ(
        transfer(*shops, {"own", ann, {"north", "m2"}, 1}).error().message,
        "own: both are members of north, whose own transaction does it"
    );
    EXPECT_EQ(transfer(*shops, {"none", ann, bob, 0}).error().message, "none: gives no points");
    audit();
}

TEST_F(CommercePoints, NoneIsMadeAndNoneIsLost) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed) + " (the choices, not their moments)");
    const int transfers = log::test::rounds("SLUICE_TRANSFERS", 600);
    std::mutex mutex;
    std::map<std::string, ErrorCode> refused;
    std::vector<std::string> done;
    {
        const auto shops = open(options);
        std::jthread trouble{
            [&](const std::stop_token& stop) { disturb(stop, Random{seed}, transfers / 10); }};
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < kCallers; ++caller) {
            callers.emplace_back([&, caller] {
                Random random{seed + 1 + static_cast<std::uint64_t>(caller)};
                for (int one = caller; one < transfers; one += kCallers) {
                    const Transfer wish = some_transfer(random, fmt::format("t{}", one));
                    const Status told = ask(*shops, wish);
                    const std::lock_guard lock{mutex};
                    if (told) done.push_back(wish.id);
                    if (!told) refused.emplace(wish.id, told.error().code);
                }
            });
        }
        callers.clear();
        trouble.request_stop();
        trouble.join();
        await_nothing_prepared();
    }
    audit();
    const auto there = entries("north");
    EXPECT_EQ(there.size(), done.size());
    for (const std::string& id : done) EXPECT_TRUE(there.contains(id)) << id << " was told done";
    for (const auto& [id, code] : refused) {
        EXPECT_FALSE(there.contains(id)) << id << " was told refused";
        EXPECT_EQ(code, ErrorCode::kConflict) << id << ": " << to_string(code);
    }
    EXPECT_GT(done.size(), static_cast<std::size_t>(transfers) / 4);
    EXPECT_GT(kills_, 0);
    EXPECT_GT(cuts_, 0);
    fmt::print(
        "{} of {} transfers done, {} connections cut, {} servers killed\n",
        done.size(),
        transfers,
        cuts_.load(),
        kills_.load()
    );
}

}  // namespace
}  // namespace sluice::commerce::points
