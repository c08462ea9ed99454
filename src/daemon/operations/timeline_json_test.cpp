#include "daemon/operations/timeline_json.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

runtime::Timeline story() {
    runtime::Timeline timeline;
    runtime::TimelineEntry published;
    published.at = Instant{1'800'000'000'000};
    published.domain = "shop";
    published.what = "published";
    published.text = "order.placed a-1 (/orders 1)";
    published.topic = "order.placed";
    published.partition = PartitionId{2};
    published.offset = Offset{17};
    runtime::TimelineEntry redriven = published;
    redriven.what = "redrive";
    redriven.topic = "shop.audit";
    redriven.subscription = "sales";
    redriven.by = "alice";
    redriven.text = "c-1 (mended): done: carried out";
    redriven.position = Position{3};
    timeline.entries = {published, redriven};
    timeline.standings = {{"shop", "sales", Position{2}, "parked"}};
    return timeline;
}

TEST(TimelineJson, AnEntryHasWhatIsKnownOfIt) {
    const Json json = timeline_json("a", story());
    EXPECT_EQ(json["subject"], "a");
    ASSERT_EQ(json["entries"].size(), 2U);
    const Json& published = json["entries"][0];
    EXPECT_EQ(published["at"], "2027-01-15T08:00:00Z");
    EXPECT_EQ(published["topic"], "order.placed");
    EXPECT_EQ(published["partition"], 2);
    EXPECT_EQ(published["offset"], 17);
    for (const char* absent : {"position", "by", "subscription"}) {
        EXPECT_FALSE(published.contains(absent)) << absent;
    }
    EXPECT_EQ(json["entries"][1]["by"], "alice");
    EXPECT_EQ(json["entries"][1]["position"], 3);
    EXPECT_EQ(json["standings"][0]["handled"], 2);
    EXPECT_EQ(json["not_yet"], 0);
    EXPECT_EQ(json["more"], false);
}

TEST(TimelineJson, ReadsAsATable) {
    EXPECT_EQ(
        render_timeline(timeline_json("a", story())),
        "time                  what       position  by     subscription  where                 "
        "text\n"
        "2027-01-15T08:00:00Z  published         -  -      -             order.placed/2 at 17  "
        "order.placed a-1 (/orders 1)\n"
        "2027-01-15T08:00:00Z  redrive           3  alice  sales         shop.audit/2 at 17    "
        "c-1 (mended): done: carried out\n"
        "sales in shop: handled up to position 2; parked\n"
    );
}

TEST(TimelineJson, SaysWhatIsLeftOut) {
    runtime::Timeline timeline = story();
    timeline.more = true;
    timeline.not_yet = 1;
    const std::string text = render_timeline(timeline_json("a", timeline));
    EXPECT_NE(text.find("older records are left out: --limit shows more\n"), std::string::npos);
    EXPECT_NE(text.find("1 record of its homes not in the trails yet\n"), std::string::npos);
}

TEST(TimelineJson, NothingSteersATerminalAndNothingThatIsMissingBreaksIt) {
    runtime::Timeline timeline = story();
    timeline.entries[0].text = "\x1b[2J";
    timeline.standings[0].subscription = "\x1b[2J";
    const std::string text = render_timeline(timeline_json("a", timeline));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_FALSE(render_timeline(Json::object()).empty());
    EXPECT_FALSE(render_timeline(Json{{"entries", {Json::object()}}}).empty());
}

}  // namespace
}  // namespace sluice::daemon
