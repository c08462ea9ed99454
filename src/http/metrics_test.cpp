#include "http/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::http {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> lines_of(const Metrics& metrics) {
    std::istringstream in{metrics.response().body};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

TEST(Metrics, AnEmptyScrapeIsEmptyTextOfTheRightType) {
    const Response response = Metrics{}.response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(response.body, "");
}

TEST(Metrics, PointsOfOneNameStandTogetherBelowOneHead) {
    Metrics metrics;
    metrics.counter("sluice_released_total", "Events released.", 3, {{"domain", "order"}});
    metrics.gauge("sluice_waiting", "Events that wait.", 2);
    metrics.counter("sluice_released_total", "Events released.", 4, {{"domain", "calendar"}});
    EXPECT_EQ(
        lines_of(metrics),
        (std::vector<std::string>{
            "# HELP sluice_released_total Events released.",
            "# TYPE sluice_released_total counter",
            "sluice_released_total{domain=\"order\"} 3",
            "sluice_released_total{domain=\"calendar\"} 4",
            "# HELP sluice_waiting Events that wait.",
            "# TYPE sluice_waiting gauge",
            "sluice_waiting 2"})
    );
}

TEST(Metrics, BucketsAreCumulative) {
    Metrics metrics;
    metrics.histogram("sluice_x_seconds", "Syncs.", {{0.001, 5}, {0.1, 0}, {kInfinity, 1}}, 0.5);
    EXPECT_EQ(
        lines_of(metrics),
        (std::vector<std::string>{
            "# HELP sluice_x_seconds Syncs.",
            "# TYPE sluice_x_seconds histogram",
            "sluice_x_seconds_count 6",
            "sluice_x_seconds_sum 0.5",
            "sluice_x_seconds_bucket{le=\"0.001\"} 5",
            "sluice_x_seconds_bucket{le=\"0.1\"} 5",
            "sluice_x_seconds_bucket{le=\"+Inf\"} 6"})
    );
}

TEST(Metrics, EachHistogramOfAFamilyHasItsOwnLabels) {
    Metrics metrics;
    for (const char* domain : {"order", "calendar"}) {
        metrics.histogram("sluice_x_seconds", "X.", {{kInfinity, 1}}, 2, {{"domain", domain}});
    }
    const auto lines = lines_of(metrics);
    ASSERT_EQ(lines.size(), 8U);
    EXPECT_EQ(lines[3], R"(sluice_x_seconds_sum{domain="order"} 2)");
    EXPECT_EQ(lines[7], R"(sluice_x_seconds_bucket{domain="calendar",le="+Inf"} 1)");
}

TEST(Metrics, ALabelNeverBreaksItsLine) {
    Metrics metrics;
    metrics.gauge("sluice_build_info", "The build.", 1, {{"version", "1\n2\\3\"4"}});
    EXPECT_EQ(lines_of(metrics).back(), R"(sluice_build_info{version="1\n2\\3\"4"} 1)");
}

TEST(Metrics, LargeCountsStayExact) {
    Metrics metrics;
    constexpr double kLargest = 9'007'199'254'740'991;  // 2^53 - 1: the last that a double counts
    metrics.counter("sluice_bytes_total", "Bytes.", kLargest);
    const std::string line = lines_of(metrics).back();
    EXPECT_EQ(std::stod(line.substr(line.find(' '))), kLargest) << line;
}

TEST(MetricsDeathTest, ACounterIsNamedAsSuch) {
    Metrics metrics;
    EXPECT_DEATH(metrics.counter("sluice_released", "Events released.", 1), "_total");
}

TEST(MetricsDeathTest, ANameHasOneKind) {
    Metrics metrics;
    metrics.counter("sluice_x_total", "X.", 1);
    EXPECT_DEATH(metrics.gauge("sluice_x_total", "X.", 1), "kind");
}

}  // namespace
}  // namespace sluice::http
