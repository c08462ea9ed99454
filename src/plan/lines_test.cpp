// What a plan shows: its arithmetic in words, its steps from one count of homes to the next, and
// its numbers and times.

#include "base/test_seed.hpp"
#include "plan/plan_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <random>
#include <sstream>

namespace sluice::plan {
namespace {

using std::chrono::microseconds;

using test::planned;

/// A domain that needs as many homes as thousands of events a second.
Plan with_homes(double thousands) {
    Load load;
    load.events_per_second = thousands * 1'000;
    load.peak_factor = 1;
    load.outage = Milliseconds{0};
    load.event_bytes = 1'000;
    Capacity capacity;
    capacity.partition_bytes_per_second = 1e6;
    capacity.share = 1;
    return planned(load, capacity);
}

TEST(PlanLines, EachSaysWhatItIsComputedFrom) {
    Load load;
    load.events_per_second = 5'000;
    std::string text;
    for (const Line& line : planned(load).lines) {
        text +=
            fmt::format("{}: {} = {:.3f} {}\n", line.name, line.arithmetic, line.value, line.unit);
    }
    EXPECT_EQ(
        text,
        "peak: 5,000 x 3 = 15000.000 events/s\n"
        "catching up: 5,000 x (1 + 1 h / 1 h) = 10000.000 events/s\n"
        "needed: max(15,000, 10,000) = 15000.000 events/s\n"
        "sequencing: 15,000 x 2 / (50,000 x 0.7) = 0.857 cores\n"
        "dispatching: 15,000 x 1 subscriptions / (50,000 x 0.7) = 0.429 cores\n"
        "cores: 0.86 + 0.43 = 1.286 cores\n"
        "being handled: 15,000 x 1 ms x 1 subscriptions = 15.000 events at once\n"
        "instances: max(1.29 cores / 8, 15 at once / (256 x 0.7)) + 1 that may be down = 2.000 "
        "instances\n"
        "homes: at least max(2 x 2 threads or instances, 15 MB/s / (10 MB/s x 0.7)) = 4 = 6.000 "
        "partitions\n"
        "written: 15,000 x 1,024 B x 3 (channel, detour, ordered) x 3 copies / 10^6 = 138.240 "
        "MB/s over all brokers\n"
        "brokers: max(138 MB/s / (100 MB/s x 0.7), 3 copies) = 3.000 brokers\n"
        "kept: 5,000 x 1,024 B x 2 (channels, ordered) x 3 copies x 7 d / 10^9 = 18579.456 GB "
        "over all brokers\n"
        "lag at the peak: 3 steps x (100 ms + 20 ms to commit) + 1 ms = 0.361 s, at the worst "
        "while nothing fails\n"
    );
}

TEST(PlanLines, TheBusiestSubjectHasALineWhenItIsKnown) {
    Load load;
    load.events_per_second = 5'000;
    load.hottest_per_second = 40;
    load.handler = microseconds{2'500};
    const Line last = planned(load).lines.back();
    EXPECT_EQ(last.name, "busiest subject");
    EXPECT_EQ(last.arithmetic, "40 x 2500 us");
    EXPECT_NEAR(last.value, 0.1, 1e-9);
    EXPECT_EQ(last.unit, "of one handler's time");
}

TEST(PlanHomes, AreACountThatManyThreadsDivide) {
    const std::vector<std::uint64_t> counts{6, 12, 24, 48, 96, 192, 384, 768, 1'536, 3'072, 4'096};
    for (std::size_t at = 0; at < counts.size(); ++at) {
        const auto exactly = static_cast<double>(counts[at]);
        EXPECT_EQ(with_homes(exactly).homes, counts[at]);
        if (at + 1 == counts.size()) break;
        EXPECT_EQ(with_homes(exactly + 0.01).homes, counts[at + 1]) << "one more is the next count";
    }
}

TEST(PlanHomes, BeyondTheMostAreRefusedWithWhatToDo) {
    const Plan full = with_homes(4'096);
    EXPECT_TRUE(full.holds());
    EXPECT_EQ(
        full.breaks_first,
        "the homes (4,096 at most; a second domain for some of the subjects), at 1 times this load"
    );
    const Plan over = with_homes(4'100);
    EXPECT_EQ(over.homes, 4'096U);
    ASSERT_EQ(over.wrong.size(), 1U);
    EXPECT_TRUE(over.wrong[0].starts_with("4,100 homes are needed")) << over.wrong[0];
    EXPECT_NE(over.wrong[0].find("make two domains"), std::string::npos) << over.wrong[0];
}

/// What is said of the busiest subject holds: a little below that load it goes, above it does not.
TEST(PlanLinesModel, TheBusiestSubjectBreaksWhereItIsSaid) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        Load load;
        load.events_per_second = 100 + static_cast<double>(random() % 1'000);
        load.hottest_per_second = 10 + static_cast<double>(random() % 90);
        load.handler = microseconds{1'000 + static_cast<std::int64_t>(random() % 100'000)};
        const double busy =
            load.hottest_per_second * static_cast<double>(load.handler.count()) / 1e6;
        for (const double times : {0.99 / busy, 1.01 / busy}) {
            Load scaled = load;
            scaled.events_per_second *= times;
            scaled.hottest_per_second *= times;
            const Plan plan = planned(scaled);
            const bool breaks =
                std::any_of(plan.wrong.begin(), plan.wrong.end(), [](const std::string& one) {
                    return one.starts_with("the busiest subject");
                });
            ASSERT_EQ(breaks, times * busy > 1) << plan.breaks_first;
            ASSERT_TRUE(plan.breaks_first.starts_with("the busiest subject")) << plan.breaks_first;
        }
    }
}

TEST(ReadableModel, CommasChangeNoNumberAndPartThreeDigits) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const double sign = random() % 2 == 0 ? 1 : -1;
        const double number = sign * std::exp(static_cast<double>(random() % 3'600) / 100 + 2.4);
        std::string text = readable(number);
        for (std::size_t at = text.find(','); at != std::string::npos;
             at = text.find(',', at + 1)) {
            ASSERT_TRUE(at > 0 && std::isdigit(static_cast<unsigned char>(text[at - 1])) != 0)
                << text;
            ASSERT_EQ((text.size() - at) % 4, 0U) << text;
        }
        const auto digits =
            std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        ASSERT_EQ(std::count(text.begin(), text.end(), ','), (digits - 1) / 3) << text;
        text.erase(std::remove(text.begin(), text.end(), ','), text.end());
        ASSERT_EQ(text, fmt::format("{:.0f}", number));
    }
}

TEST(ReadableModel, ATimeIsWholeInTheLargestUnitThatItFills) {
    const std::vector<std::pair<std::string, std::int64_t>> units{
        {"us", 1},
        {"ms", 1'000},
        {"s", 1'000'000},
        {"min", 60'000'000},
        {"h", 3'600'000'000},
        {"d", 86'400'000'000}};
    const std::map<std::string, std::int64_t> sizes{units.begin(), units.end()};
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const auto& [of, size] = units[random() % units.size()];
        const auto time = static_cast<std::int64_t>(1 + random() % 200) * size;
        std::istringstream text{readable(microseconds{time})};
        std::int64_t count = 0;
        std::string unit;
        text >> count >> unit;
        ASSERT_TRUE(sizes.contains(unit)) << text.str();
        ASSERT_EQ(count * sizes.at(unit), time) << text.str();
        for (const auto& [name, larger] : units) {
            ASSERT_TRUE(larger <= sizes.at(unit) || time % larger != 0)
                << text.str() << ", " << name;
        }
    }
}

}  // namespace
}  // namespace sluice::plan
