#include "daemon/render/render_rebuild.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

std::vector<ReadModel> two_models() {
    ReadModel live;
    live.name = "sales";
    live.phase = "live";
    live.file = "/d/sales.sqlite";
    live.since = "beginning";
    ReadModel filling = live;
    filling.name = "sales2";
    filling.phase = "filling";
    filling.file = "/d/sales@sales2.sqlite";
    filling.effective = "2018-01-01";
    filling.events_per_second_max = 500;
    filling.read = 700;
    filling.left = 300;
    filling.events_per_second = 100;
    filling.time_left = Milliseconds{2'500};
    filling.parked = 1;
    filling.seen_at = Instant{1'000};
    return {live, filling};
}

TEST(RenderRebuild, ReadModelsStandInATable) {
    EXPECT_EQ(
        render_models(two_models()),
        "read model              phase    read  left  events/s  time left  parked  file\n"
        "sales                   live        -     -         -          -       -  "
        "/d/sales.sqlite\n"
        "sales2 from 2018-01-01  filling   700   300       100        3 s       1  "
        "/d/sales@sales2.sqlite\n"
    );
}

TEST(RenderRebuild, ReadModelsAsJson) {
    const Json json = json_of(two_models())["read_models"];
    ASSERT_EQ(json.size(), 2U);
    EXPECT_EQ(json[0]["phase"], "live");
    EXPECT_FALSE(json[0].contains("effective"));
    EXPECT_FALSE(json[0].contains("seen_at"));
    EXPECT_EQ(json[1]["effective"], "2018-01-01");
    EXPECT_EQ(json[1]["left"], 300);
    EXPECT_EQ(json[1]["rate_max"], 500);
    EXPECT_EQ(json[1]["time_left_ms"], 2'500);
    EXPECT_EQ(json[1]["seen_at"], "1970-01-01T00:00:01Z");
}

TEST(RenderRebuild, DifferencesNameTheSumsThatDiffer) {
    const std::vector<TableDifference> found{
        {"day", 10, 11, 1, 2, {{"entries", 5, 5}, {"amount", 100, 90}}}, {"entry", 3, 3, 0, 0, {}}};
    EXPECT_EQ(
        render_differences(found),
        "table  rows live  rows new  only live  only new  sums that differ\n"
        "day           10        11          1         2  amount: 100 and 90\n"
        "entry          3         3          0         0  -\n"
    );
    const Json json = json_of(found)["tables"];
    EXPECT_EQ(json[0]["only_other"], 2);
    EXPECT_EQ(json[0]["sums"][1]["live"], 100);
    EXPECT_TRUE(json[1]["sums"].empty());
}

TEST(RenderRebuild, AWishSaysWhatItMeans) {
    RebuildWish wish;
    wish.into = "sales2";
    wish.effective = "2018-01-01";
    EXPECT_EQ(
        render_wish(wish, "sales"),
        "sales2 is filled beside sales, from beginning, effective 2018-01-01; readers and side "
        "effects stay sales's\n"
    );
    for (const auto verb :
         {RebuildWish::Verb::kCompare, RebuildWish::Verb::kSwitch, RebuildWish::Verb::kCancel}) {
        wish.verb = verb;
        EXPECT_TRUE(render_wish(wish, "sales").starts_with("sales2 "));
    }
}

}  // namespace
}  // namespace sluice::daemon
