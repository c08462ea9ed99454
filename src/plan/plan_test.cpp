#include "plan/plan_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::plan {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

using test::planned;

Line line(const Plan& plan, std::string_view name) {
    const auto found = std::find_if(plan.lines.begin(), plan.lines.end(), [&](const Line& one) {
        return one.name == name;
    });
    EXPECT_NE(found, plan.lines.end()) << name;
    return found == plan.lines.end() ? Line{} : *found;
}

Load shop() {
    Load load;
    load.events_per_second = 5'000;
    return load;
}

TEST(Plan, ShowsEachStepOfItsArithmetic) {
    const Plan plan = planned(shop());
    EXPECT_EQ(line(plan, "peak"), (Line{"peak", "5,000 x 3", 15'000, "events/s"}));
    EXPECT_EQ(
        line(plan, "catching up"),
        (Line{"catching up", "5,000 x (1 + 1 h / 1 h)", 10'000, "events/s"})
    );
    EXPECT_EQ(line(plan, "needed"), (Line{"needed", "max(15,000, 10,000)", 15'000, "events/s"}));
    EXPECT_NEAR(line(plan, "sequencing").value, 15'000 * 2 / 35'000.0, 1e-9);
    EXPECT_NEAR(line(plan, "dispatching").value, 15'000 / 35'000.0, 1e-9);
    EXPECT_EQ(line(plan, "being handled").value, 15);
    EXPECT_TRUE(plan.holds());
}

TEST(Plan, AlwaysHasOneInstanceThatMayBeDown) {
    EXPECT_EQ(planned(shop()).instances, 2U);
    Load small;
    small.events_per_second = 0.01;
    EXPECT_EQ(planned(small).instances, 2U);
    EXPECT_EQ(planned(small).brokers, 3U) << "as many as there are copies";
    EXPECT_EQ(planned(small).homes, 6U);
}

TEST(Plan, ASlowHandlerNeedsInstancesAndAFastOneCores) {
    Load slow = shop();
    slow.handler = microseconds{100'000};
    EXPECT_EQ(line(planned(slow), "being handled").value, 1'500);
    EXPECT_EQ(planned(slow).instances, 1U + 9);  // 1,500 / (256 x 0.7) = 8.4
    Load many = shop();
    many.subscriptions = 100;
    EXPECT_EQ(planned(many).instances, 1U + 9);  // 1,500 at once; 43.7 cores would be 6
}

TEST(Plan, RecoveryMayAskForMoreThanThePeak) {
    Load load = shop();
    load.outage = hours{8};
    EXPECT_EQ(line(planned(load), "needed").value, 45'000);
    load.recovery = hours{8};
    EXPECT_EQ(line(planned(load), "needed").value, 15'000);
    load.outage = Milliseconds{0};
    EXPECT_EQ(line(planned(load), "catching up").value, 5'000);
}

TEST(Plan, ChannelsWithoutTheDetourHalveTheSequencing) {
    Load load = shop();
    const double with = line(planned(load), "sequencing").value;
    load.detour = 0;
    EXPECT_NEAR(line(planned(load), "sequencing").value * 2, with, 1e-9);
    EXPECT_LT(
        line(planned(load), "lag at the peak").value, line(planned(shop()), "lag at the peak").value
    );
}

TEST(Plan, LargeEventsNeedPartitionsForTheirBytes) {
    Load load = shop();
    load.event_bytes = 100'000;
    const Plan plan = planned(load);
    EXPECT_EQ(plan.homes, 384U);    // 1,500 MB/s / 7 = 215
    EXPECT_EQ(plan.brokers, 193U);  // 1,500 MB/s x 3 written x 3 copies / 70
}

TEST(Plan, SaysWhatNoMachineCures) {
    Load hot = shop();
    hot.handler = microseconds{10'000};
    hot.hottest_per_second = 99;
    EXPECT_TRUE(planned(hot).holds());
    hot.hottest_per_second = 101;
    ASSERT_EQ(planned(hot).wrong.size(), 1U);
    EXPECT_NE(planned(hot).wrong[0].find("one after another"), std::string::npos);

    Load impatient = shop();
    impatient.lag_max = Milliseconds{300};
    ASSERT_EQ(planned(impatient).wrong.size(), 1U);
    EXPECT_NE(planned(impatient).wrong[0].find("300 ms"), std::string::npos);
    Capacity quick;
    quick.step = Milliseconds{20};
    EXPECT_TRUE(planned(impatient, quick).holds());

    Load forgetful = shop();
    forgetful.retention = hours{1};
    ASSERT_EQ(planned(forgetful).wrong.size(), 1U);
    EXPECT_NE(planned(forgetful).wrong[0].find("lost"), std::string::npos);
}

TEST(Plan, SaysWhatBreaksFirst) {
    Load load = shop();
    EXPECT_TRUE(planned(load).breaks_first.starts_with("the homes")) << planned(load).breaks_first;
    load.hottest_per_second = 500;
    EXPECT_EQ(
        planned(load).breaks_first,
        "the busiest subject (its events are handled one after another), at 2 times this load"
    );
}

TEST(Plan, AMillionASecondFitsOneDomain) {
    Load load;
    load.events_per_second = 1e6;
    load.peak_factor = 1;
    load.outage = Milliseconds{0};
    load.event_bytes = 420;
    const Plan plan = planned(load);
    EXPECT_TRUE(plan.holds());
    EXPECT_EQ(plan.homes, 192U);     // 58 threads x 2 to grow
    EXPECT_EQ(plan.instances, 12U);  // 85.7 cores / 8, and one
    load.event_bytes = 100'000;
    EXPECT_FALSE(planned(load).holds()) << "100 GB/s is more than 4,096 partitions take";
}

TEST(Readable, NumbersAndTimesAreAsPeopleWriteThem) {
    EXPECT_EQ(readable(0.0), "0");
    EXPECT_EQ(readable(0.7), "0.7");
    EXPECT_EQ(readable(1.2345), "1.23");
    EXPECT_EQ(readable(10.4), "10");
    EXPECT_EQ(readable(999.0), "999");
    EXPECT_EQ(readable(1'000.0), "1,000");
    EXPECT_EQ(readable(1'234'567.0), "1,234,567");
    EXPECT_EQ(readable(-1'000.0), "-1,000");
    EXPECT_EQ(readable(-100.0), "-100");
    EXPECT_EQ(readable(Milliseconds{0}), "0 s");
    EXPECT_EQ(readable(Milliseconds{90'000}), "90 s");
    EXPECT_EQ(readable(hours{24 * 7}), "7 d");
    EXPECT_EQ(readable(microseconds{1'500}), "1500 us");
}

}  // namespace
}  // namespace sluice::plan
