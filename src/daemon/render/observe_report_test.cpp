#include "daemon/render/observe_report.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

using observe::ChannelSeen;
using observe::Observation;

Observation seen() {
    Observation observation;
    observation.since = Instant{0};
    observation.until = Instant{86'400'000};
    observation.counts.events = 9;
    observation.counts.subjects = 4;
    observation.counts.now = {1, 1};
    observation.counts.lagging = {2, 3};
    observation.counts.pairs = {{"placed", "cancelled", 4, {1, 1}, {2, 3}}};
    ChannelSeen placed;
    placed.topic = "placed";
    placed.lag = Milliseconds{600'000};
    placed.partitions = 3;
    ChannelSeen cancelled;
    cancelled.topic = "cancelled";
    cancelled.partitions = 2;
    observation.channels = {placed, cancelled};
    return observation;
}

TEST(ObserveReport, ShowsPairsNowAndWithTheLag) {
    EXPECT_EQ(
        render_observation(seen()),
        "1970-01-01T00:00:00Z to 1970-01-02T00:00:00Z: 9 events of 4 subjects\n"
        "lag: placed 10m\n"
        "\n"
        "BELONGS IN FRONT  MET TOO EARLY  SUBJECTS  NOW           WITH THE LAG\n"
        "placed            cancelled             4    1  25.00 %             2  50.00 %\n"
        "\n"
        "a plain consumer would have met 1 subject in the wrong order, and 2 with the lag\n"
    );
}

TEST(ObserveReport, WithoutALagThereIsOneColumn) {
    Observation observation = seen();
    observation.channels[0].lag = Milliseconds{0};
    const std::string text = render_observation(observation);
    EXPECT_EQ(text.find("LAG"), std::string::npos) << text;
    EXPECT_NE(text.find("met 1 subject in the wrong order\n"), std::string::npos) << text;
}

TEST(ObserveReport, ShowsTheWorstAndNoControlCharacters) {
    Observation observation = seen();
    observation.counts.worst = {{"o\x1b[2J", "placed", "cancelled", Milliseconds{250'000}, 2}};
    const std::string text = render_observation(observation);
    EXPECT_NE(
        text.find("  o?[2J: cancelled was met 250s before placed (2 events met too early)\n"),
        std::string::npos
    ) << text;
}

TEST(ObserveReport, SaysWhatIsNotInTheWindow) {
    Observation observation = seen();
    EXPECT_EQ(render_observation(observation).find("not in the window"), std::string::npos);
    observation.full = true;
    observation.counts.begin_before = 2;
    observation.channels[0].there = false;
    observation.channels[1].cut = 1;
    observation.channels[1].unreadable = 3;
    observation.channels[1].reason = "no subject";
    const std::string text = render_observation(observation);
    EXPECT_NE(
        text.find("\nnot in the window:\n"
                  "  2 subjects: something that their events depend on came before it, or never\n"
                  "  placed: no such topic\n"
                  "  cancelled: the beginning of 1 of 2 partitions is gone\n"
                  "  cancelled: 3 records could not be read; the first: no subject\n"
                  "  what came after 9 events: look at less (--since)\n"),
        std::string::npos
    ) << text;
}

TEST(ObserveReport, WhereNothingDependsOnAnythingItSaysSo) {
    Observation observation = seen();
    observation.counts.pairs.clear();
    EXPECT_NE(
        render_observation(observation).find("no two events of a subject depend on each other"),
        std::string::npos
    );
}

TEST(ObserveReport, ProgramsGetAllOfIt) {
    const Json json = observation_json(seen());
    EXPECT_EQ(json.at("since"), "1970-01-01T00:00:00Z");
    EXPECT_EQ(json.at("with_lag"), (Json{{"subjects", 2}, {"events", 3}}));
    EXPECT_EQ(json.at("pairs").at(0).at("first"), "placed");
    EXPECT_EQ(json.at("channels").at(0).at("lag_ms"), 600'000);
    EXPECT_EQ(json.at("worst"), Json::array());
}

}  // namespace
}  // namespace sluice::daemon
