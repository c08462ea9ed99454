#include "commerce/produce/calendar.hpp"

#include "commerce/events/codec.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

Act act(ActType type, std::string_view at) {
    Act act;
    act.type = type;
    act.at = parse_time(at).value();
    return act;
}

Calendar of(std::vector<Act> acts) {
    Additions additions;
    additions.orders.push_back({});
    additions.orders.back().acts = std::move(acts);
    return Calendar{additions, Policy{}};
}

TEST(Calendar, CountsByBusinessDayAndType) {
    const Calendar calendar =
        of({act(ActType::kPlaced, "2017-11-25T02:59:59Z"),
            act(ActType::kPaid, "2017-11-25T03:00:00Z"),
            act(ActType::kCompleted, "2017-11-27T12:00:00Z"),
            act(ActType::kPlaced, "2017-11-27T12:00:00Z"),
            act(ActType::kPlaced, "2017-11-27T13:00:00Z")});
    ASSERT_EQ(calendar.days(), 14U);  // 24th to 27th, and ten after
    const Event first = calendar.event(0);
    EXPECT_EQ(first.id, "calendar.2017-11-24");
    EXPECT_EQ(first.source, "/calendar");
    EXPECT_EQ(first.subject, "calendar");
    EXPECT_EQ(first.type, "day.closed");
    EXPECT_EQ(first.time, "2017-11-25T03:00:00Z");
    EXPECT_EQ(first.extension("sourcesequence"), "1");
    EXPECT_EQ(first.data, R"({"day":"2017-11-24","published":{"order.placed":1}})");
    EXPECT_EQ(calendar.event(1).data, R"({"day":"2017-11-25","published":{"order.paid":1}})");
    EXPECT_EQ(calendar.event(2).data, R"({"day":"2017-11-26","published":{}})");
    EXPECT_EQ(
        calendar.event(3).data,
        R"({"day":"2017-11-27","published":{"order.placed":2,"delivery.completed":1}})"
    );
    EXPECT_EQ(calendar.event(13).id, "calendar.2017-12-07");
    EXPECT_EQ(calendar.event(13).extension("sourcesequence"), "14");
}

TEST(Calendar, WithoutEventsThereIsNoDay) {
    EXPECT_EQ(of({}).days(), 0U);
}

}  // namespace
}  // namespace sluice::commerce
