// Several engines share the homes of a domain, as processes on Kafka do: homes move between them
// at any moment, and nothing is lost, doubled or turned around.

#include "base/test_seed.hpp"
#include "runtime/domain/shared_log_fixture.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;

constexpr std::size_t kEngines = 3;

class SharedEngines : public testing::Test {
protected:
    void SetUp() override {
        auto embedded = log::test::test_options(scratch_.path());
        embedded.durability = log::Durability::kProcessCrash;
        log_ = log::test::open_or_fail(embedded);
        for (std::size_t who = 0; who < kEngines; ++who) {
            logs_.push_back(std::make_unique<test::SharedLog>(*log_, board_, who));
            start(who);
        }
    }

    void start(std::size_t who) {
        engines_.resize(kEngines);
        engines_[who] =
            std::make_unique<Engine>(*logs_[who], clock_, test::fast_options(1 + who % 2));
        Engine& engine = *engines_[who];
        ASSERT_TRUE(engine.add_domain(plan_).has_value());
        Subscription subscription;
        subscription.name = "model";
        subscription.sink = std::make_unique<test::RecordingSink>(seen_);
        ASSERT_TRUE(engine.add_subscription("shop", std::move(subscription)).has_value());
        ASSERT_TRUE(engine.start().has_value());
    }

    /// Every home of both groups goes to the engine that `choose` says.
    template <class Choose>
    void deal(Choose choose) {
        for (const std::string& group : {sequencer_group("shop"), runner_group("shop")}) {
            std::vector<std::size_t> owners(plan_.homes);
            std::generate(owners.begin(), owners.end(), choose);
            board_.deal(group, owners, kEngines);
        }
    }

    [[nodiscard]] std::size_t released() const {
        std::size_t sum = 0;
        for (HomeId home{0}; home.value < plan_.homes; home = home.next()) {
            const auto ends = log_->ends({"shop.ordered", PartitionId{home.value}});
            sum += static_cast<std::size_t>(ends.value().committed.value);
        }
        return sum;
    }

    log::test::ScratchDirectory scratch_;
    DomainPlan plan_{test::shop_plan()};
    SystemClock clock_;
    test::HomeBoard board_;
    Seen seen_;
    std::unique_ptr<log::Log> log_;
    std::vector<std::unique_ptr<test::SharedLog>> logs_;
    std::vector<std::unique_ptr<Engine>> engines_;  ///< last: stop first
};

TEST_F(SharedEngines, AnEngineWithoutHomesWaitsForThem) {
    const std::vector<Event> events{event("a.made", "s1", "/a", 1)};
    ASSERT_TRUE(engines_[0]->publish(events).front().has_value());
    EXPECT_FALSE(engines_[0]->wait_until_idle(Milliseconds{200})) << "nobody has the homes";
    EXPECT_EQ(seen_.total(), 0U);
    deal([] { return 1; });
    EXPECT_TRUE(engines_[1]->wait_until_idle(Milliseconds{30'000}));
    EXPECT_TRUE(engines_[0]->wait_until_idle(Milliseconds{30'000})) << "it knows of the other";
    EXPECT_EQ(seen_.of("s1").size(), 1U);
}

TEST_F(SharedEngines, HomesThatMoveLoseAndDoubleNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::uint64_t> numbers;
    std::size_t published = 0;
    for (int round = 0; round < 40; ++round) {
        deal([&] { return random() % kEngines; });
        std::vector<Event> events;
        for (int i = 0; i < 40; ++i) {
            const std::string subject = fmt::format("s{}", random() % 30);
            const char* type = random() % 2 == 0 ? "a.made" : "a.cancelled";
            events.push_back(event(type, subject, "/a", ++numbers[subject]));
        }
        std::shuffle(events.begin(), events.end(), random);
        for (const auto& placed : engines_[random() % kEngines]->publish(events)) {
            ASSERT_TRUE(placed.has_value()) << placed.error().message;
        }
        published += events.size();
        if (round % 10 != 9) continue;
        for (const auto& engine : engines_) {
            ASSERT_TRUE(engine->wait_until_idle(Milliseconds{60'000}));
            ASSERT_TRUE(engine->failure().has_value()) << engine->failure().error().message;
        }
    }
    EXPECT_EQ(seen_.holes, 0U);
    EXPECT_EQ(released(), published);
    EXPECT_EQ(seen_.total(), published);
    for (const auto& [subject, last] : numbers) {
        std::vector<std::string> expected;
        for (std::uint64_t n = 1; n <= last; ++n) {
            expected.push_back(event("a.made", subject, "/a", n).id);
        }
        ASSERT_EQ(seen_.of(subject), expected);
    }
}

TEST_F(SharedEngines, OneThatStopsLeavesItsHomesToTheOthers) {
    deal([who = std::size_t{0}]() mutable { return who++ % kEngines; });
    std::vector<Event> events;
    for (int s = 0; s < 60; ++s) events.push_back(event("a.made", fmt::format("s{}", s), "/a", 1));
    static_cast<void>(engines_[0]->publish(events));
    ASSERT_TRUE(engines_[0]->stop().has_value());
    deal([] { return 2; });
    EXPECT_TRUE(engines_[2]->wait_until_idle(Milliseconds{30'000}));
    EXPECT_EQ(seen_.total(), events.size());
    EXPECT_EQ(released(), events.size());
}

}  // namespace
}  // namespace sluice::runtime
