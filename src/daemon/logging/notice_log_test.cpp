#include "daemon/logging/notice_log.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using nlohmann::json;
using runtime::NoticeKind;

class HandClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return at; }

    Instant at{1'000'000};
};

class NoticeLogTest : public testing::Test {
protected:
    /// What was written since the last call.
    [[nodiscard]] std::vector<json> lines() {
        std::istringstream in{out_.str()};
        out_.str("");
        std::vector<json> all;
        for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
        return all;
    }

    void write(NoticeKind kind, std::uint64_t times = 1) {
        for (std::uint64_t i = 0; i < times; ++i) log.write({kind, {}, {}, {}, {}, {}, "s", {}});
    }

    HandClock clock;

private:
    std::ostringstream out_;
    Logger logger_{out_, clock, LogLevel::kInfo};

protected:
    NoticeLog log{logger_, clock};
};

TEST_F(NoticeLogTest, AnEventIsLoggedWithItsPlaceAndItsSubject) {
    const PartitionId partition{3};
    log.write(
        {NoticeKind::kParked,
         "shop",
         "audit",
         "shop.ordered",
         partition,
         Offset{17},
         "order 4711",
         "no such customer"}
    );
    json line = lines().at(0);
    line.erase("time");
    EXPECT_EQ(line, json::parse(R"({"level":"warn","message":"a subject was parked at an event",
        "domain":"shop","subscription":"audit","topic":"shop.ordered","partition":"3",
        "offset":"17","subject":"order 4711","reason":"no such customer"})"));
}

TEST_F(NoticeLogTest, AGapHasASubjectAndNoPlace) {
    write(NoticeKind::kGapSkipped);
    const json line = lines().at(0);
    EXPECT_EQ(line.at("subject"), "s");
    for (const char* absent : {"topic", "partition", "offset", "subscription", "left_out"}) {
        EXPECT_FALSE(line.contains(absent)) << absent;
    }
}

TEST_F(NoticeLogTest, AFloodOfOneKindIsCutAndItsNextLineSaysByHowMuch) {
    write(NoticeKind::kFlooded, NoticeLog::kLinesPerMinute + 5);
    write(NoticeKind::kLate);
    EXPECT_EQ(lines().size(), NoticeLog::kLinesPerMinute + 1) << "the other kind has its own";
    clock.at.ms += 59'999;
    write(NoticeKind::kFlooded);
    EXPECT_TRUE(lines().empty());
    clock.at.ms += 1;
    write(NoticeKind::kFlooded, 2);
    const auto after = lines();
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[0].at("left_out"), "6");
    EXPECT_FALSE(after[1].contains("left_out"));
}

TEST_F(NoticeLogTest, AClockThatJumpsBackSilencesNobody) {
    write(NoticeKind::kConflict, NoticeLog::kLinesPerMinute);
    clock.at.ms -= 3'600'000;
    write(NoticeKind::kConflict);
    EXPECT_EQ(lines().size(), NoticeLog::kLinesPerMinute + 1);
}

}  // namespace
}  // namespace sluice::daemon
