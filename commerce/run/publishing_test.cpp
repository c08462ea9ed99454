// How a schedule is brought into the channels, and where it goes on after a crash.
#include "commerce/run/publishing.hpp"

#include "base/test_seed.hpp"
#include "commerce/contract/contract.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/run/run_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace sluice::commerce {
namespace {

class PublishingTest : public testing::Test {
protected:
    /// The platform without services; it goes on with what is there.
    std::unique_ptr<Instance> open_platform() {
        auto opened =
            Instance::open({.directory = workspace_.log().string(), .survive_power_cut = false});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        std::unique_ptr<Instance> instance = std::move(opened).value();
        EXPECT_TRUE(instance->add_domain_text(order_contract(), "order.yaml").has_value());
        EXPECT_TRUE(instance->add_domain_text(calendar_contract(), "calendar.yaml").has_value());
        EXPECT_TRUE(instance->start().has_value());
        return instance;
    }

    Publishing resume(const ChaosPlan& plan) {
        auto resumed = Publishing::resume(workspace_, published_, plan);
        EXPECT_TRUE(resumed.has_value()) << resumed.error().message;
        return std::move(resumed).value();
    }

    static Publishing::End publish(Publishing& publishing, Instance& instance) {
        const auto end =
            publishing.publish(instance, test::quiet().progress, test::quiet().cancelled);
        EXPECT_TRUE(end.has_value()) << end.error().message;
        return end.value();
    }

    static void settle(Instance& instance) {
        while (!instance.wait_until_idle(Milliseconds{100})) {
            ASSERT_TRUE(instance.failure().has_value());
        }
    }

    std::uint64_t seed_{sluice::test::seed()};
    ::sluice::test::TempDir folder_;
    Workspace workspace_{test::open_workspace(test::small_run(seed_, folder_.file("state")))};
    test::Sample sample_{test::sample(40, seed_)};
    Publications published_{sample_.raw, sample_.additions};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(PublishingTest, BringsEveryDeliveryAndStopsAtEveryRestart) {
    const ChaosPlan plan{published_, seed_};
    Publishing publishing = resume(plan);
    InstanceCounts counts;
    std::size_t restarts = 0;
    for (bool more = true; more;) {
        const auto instance = open_platform();
        more = publish(publishing, *instance) == Publishing::End::kRestart;
        restarts += more ? 1 : 0;
        settle(*instance);
        counts.released += instance->counts().released;
        counts.duplicates += instance->counts().duplicates;
    }
    const auto& all = plan.deliveries();
    const auto marked = std::count_if(all.begin() + 1, all.end(), [](const Delivery& delivery) {
        return delivery.restart;  // before the first event there is nothing to restart
    });
    EXPECT_EQ(restarts, static_cast<std::size_t>(marked));
    EXPECT_EQ(publishing.next(), plan.deliveries().size());
    EXPECT_EQ(counts.released, published_.size());
    EXPECT_EQ(counts.duplicates, plan.duplicates());
    EXPECT_EQ(test::read_file(workspace_.cursor()), fmt::format("{}\n", plan.deliveries().size()));
}

/// A crash between the acknowledgement and the cursor: the batch is published again, and known.
TEST_F(PublishingTest, WhatIsPublishedAgainAfterACrashIsKnown) {
    const ChaosPlan plan = ChaosPlan::calm(published_);
    const auto instance = open_platform();
    Publishing first = resume(plan);
    EXPECT_EQ(publish(first, *instance), Publishing::End::kAll);
    settle(*instance);
    const std::size_t again = std::min<std::size_t>(300, published_.size());
    ASSERT_TRUE(
        write_file(workspace_.cursor(), fmt::format("{}\n", published_.size() - again)).has_value()
    );
    Publishing second = resume(plan);
    EXPECT_EQ(second.next(), published_.size() - again);
    EXPECT_EQ(publish(second, *instance), Publishing::End::kAll);
    settle(*instance);
    EXPECT_EQ(instance->counts().released, published_.size());
    EXPECT_EQ(instance->counts().duplicates, again);
}

TEST_F(PublishingTest, ACancelledOneKeepsItsPlace) {
    const ChaosPlan plan = ChaosPlan::calm(published_);
    const auto instance = open_platform();
    Publishing publishing = resume(plan);
    int asked = 0;
    const auto end =
        publishing.publish(*instance, test::quiet().progress, [&asked] { return ++asked > 1; });
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end.value(), Publishing::End::kCancelled);
    EXPECT_EQ(publishing.next(), Publishing::kBatch);
    EXPECT_EQ(resume(plan).next(), Publishing::kBatch);
}

TEST_F(PublishingTest, AtTheEndThereIsNothingLeftToDo) {
    const ChaosPlan plan = ChaosPlan::calm(published_);
    const auto instance = open_platform();
    ASSERT_TRUE(write_file(workspace_.cursor(), fmt::format("{}\n", published_.size())).has_value()
    );
    Publishing publishing = resume(plan);
    EXPECT_EQ(publish(publishing, *instance), Publishing::End::kAll);
    settle(*instance);
    EXPECT_EQ(instance->counts().released, 0U);
}

TEST_F(PublishingTest, APlaceThatIsNoneIsRefusedWithItsFile) {
    const ChaosPlan plan = ChaosPlan::calm(published_);
    const std::string beyond = std::to_string(plan.deliveries().size() + 1);
    for (const std::string& text :
         {std::string{"x"}, std::string{"-1"}, std::string{"12x"}, std::string{"1.5"}, beyond}) {
        ASSERT_TRUE(write_file(workspace_.cursor(), text + "\n").has_value());
        const auto resumed = Publishing::resume(workspace_, published_, plan);
        ASSERT_FALSE(resumed.has_value()) << text;
        EXPECT_EQ(resumed.error().code, ErrorCode::kCorrupt);
        EXPECT_EQ(
            resumed.error().message,
            workspace_.cursor().string() + " holds '" + text +
                "', which is no place in this run's schedule"
        );
    }
}

}  // namespace
}  // namespace sluice::commerce
