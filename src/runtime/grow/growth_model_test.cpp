// A domain grows, again and again, at any moment of its life: no subscription notices.
#include "base/clock.hpp"
#include "base/test_seed.hpp"
#include "dispatch/command.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/grow/growth_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;

/// Subjects with numbered events, half of them with a second source that depends on the first; and
/// the order in which each must be handled.
struct Lives {
    std::vector<Event> events;
    std::map<std::string, std::vector<std::string>> of_a;
    std::set<std::string> poison;
};

Lives make_lives(std::mt19937_64& random, int subjects) {
    Lives lives;
    for (int s = 0; s < subjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        for (std::uint64_t n = 1, last = 1 + random() % 9; n <= last; ++n) {
            const char* type = random() % 2 == 0 ? "a.made" : "b.sent";
            lives.events.push_back(event(type, subject, "/a", n));
            lives.of_a[subject].push_back(lives.events.back().id);
            if (random() % 60 == 0) lives.poison.insert(lives.events.back().id);
        }
    }
    for (std::size_t i = 0, all = lives.events.size(); i < all; ++i) {
        if (random() % 6 == 0) lives.events.push_back(lives.events[random() % all]);
    }
    std::shuffle(lives.events.begin(), lives.events.end(), random);
    return lives;
}

class GrowthModel : public testing::Test {
protected:
    void begin(std::uint32_t homes) {
        plan_ = test::shop_plan();
        plan_.homes = homes;
        shop_ = std::make_unique<Shop>(plan_);
        subscribe();
    }

    void subscribe() {
        shop_->subscribe("well", well_);
        shop_->subscribe("poisoned", poisoned_).poison = lives_.poison;
        shop_->start();
    }

    void publish(std::size_t from, std::size_t to) {
        const auto at = [&](std::size_t i) {
            return lives_.events.begin() +
                   static_cast<std::ptrdiff_t>(std::min(i, lives_.events.size()));
        };
        shop_->publish({at(from), at(to)});
    }

    /// Stops wherever it is, grows, and goes on.
    void grow(std::uint32_t homes) {
        const Status stopped = shop_->engine().stop();
        ASSERT_TRUE(stopped) << stopped.error().message;
        const SystemClock clock;
        const auto grown = test::grow(shop_->log(), plan_, homes, clock);
        ASSERT_TRUE(grown.has_value()) << grown.error().message;
        EXPECT_EQ(grown.value().homes_before, plan_.homes);
        ASSERT_NO_FATAL_FAILURE(test::expect_whole(shop_->log(), "shop"));
        plan_.homes = homes;
        shop_->set_plan(plan_);
        shop_->restart();
        subscribe();
    }

    /// Of each subject what comes before its first poison, and not one event of it twice.
    void check_until_poison() {
        for (const auto& [subject, ids] : lives_.of_a) {
            EXPECT_EQ(well_.of(subject), ids);
            const auto bad = std::find_if(ids.begin(), ids.end(), [&](const auto& id) {
                return lives_.poison.contains(id);
            });
            EXPECT_EQ(poisoned_.of(subject), (std::vector<std::string>{ids.begin(), bad}));
        }
        check_counts();
    }

    void check_counts() {
        for (Seen* seen : {&well_, &poisoned_}) {
            EXPECT_EQ(seen->repeated, 0U);
            EXPECT_EQ(seen->holes, 0U);
        }
    }

    /// The handler has been mended: whoever is parked goes again.
    void redrive_all() {
        lives_.poison.clear();
        shop_->restart();
        subscribe();
        CommandDesk desk{shop_->log(), subscription_commands("shop"), plan_.homes};
        std::vector<OutgoingCommand> commands;
        for (const auto& [subject, ids] : lives_.of_a) {
            // Of a subject that is not parked it is refused.
            const dispatch::Redrive redrive{Position{poisoned_.of(subject).size() + 1}, {}};
            const dispatch::Command command{
                "poisoned", subject, "c-" + subject, "alice", "mended", Instant{5}, redrive};
            commands.push_back(
                {home_of(subject, plan_.homes), command.id, subject, dispatch::to_record(command)}
            );
        }
        auto sent = desk.send(std::move(commands));
        ASSERT_TRUE(sent.has_value());
        ASSERT_TRUE(desk.await(sent.value(), std::chrono::milliseconds{20'000}));
        ASSERT_TRUE(sent.value().all_known());
        std::size_t all = 0;
        for (const auto& [subject, ids] : lives_.of_a) all += ids.size();
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (poisoned_.total() < all && std::chrono::steady_clock::now() < deadline) {
            shop_->log().wait_for_change(shop_->log().version(), std::chrono::milliseconds{10});
        }
        for (const auto& [subject, ids] : lives_.of_a) EXPECT_EQ(poisoned_.of(subject), ids);
        check_counts();
    }

    Lives lives_;
    DomainPlan plan_;
    Seen well_;
    Seen poisoned_;
    std::unique_ptr<Shop> shop_;
};

TEST_F(GrowthModel, NothingIsLostDoubledOrOutOfOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    lives_ = make_lives(random, 250);
    std::uint32_t homes = 1 + static_cast<std::uint32_t>(random() % 4);
    ASSERT_NO_FATAL_FAILURE(begin(homes));
    constexpr std::size_t kParts = 5;
    const std::size_t part = lives_.events.size() / kParts + 1;
    for (std::size_t i = 0; i < kParts; ++i) {
        ASSERT_NO_FATAL_FAILURE(publish(i * part, (i + 1) * part));
        if (random() % 2 == 0) {
            ASSERT_NO_FATAL_FAILURE(shop_->settle());
        }
        if (i + 1 == kParts) break;
        homes += 1 + static_cast<std::uint32_t>(random() % 4);
        ASSERT_NO_FATAL_FAILURE(grow(homes));
    }
    shop_->settle();
    check_until_poison();
    ASSERT_NO_FATAL_FAILURE(grow(homes + 1));
    shop_->settle();
    check_until_poison();
    redrive_all();
}

/// Two subscriptions that stand at different places: each goes on where it was.
TEST_F(GrowthModel, ASubscriptionThatIsFarBehindGetsTheRestOnce) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    lives_ = make_lives(random, 200);
    lives_.poison.clear();
    plan_ = test::shop_plan();
    shop_ = std::make_unique<Shop>(plan_);
    const std::size_t half = lives_.events.size() / 2;
    subscribe();
    ASSERT_NO_FATAL_FAILURE(publish(0, half));
    ASSERT_NO_FATAL_FAILURE(shop_->settle());
    shop_->restart();  // for a while only one of them runs
    shop_->subscribe("well", well_);
    shop_->start();
    ASSERT_NO_FATAL_FAILURE(publish(half, lives_.events.size()));
    ASSERT_NO_FATAL_FAILURE(shop_->settle());
    EXPECT_LT(poisoned_.total(), well_.total());
    ASSERT_NO_FATAL_FAILURE(grow(8));
    shop_->settle();
    check_until_poison();
}

}  // namespace
}  // namespace sluice::runtime
