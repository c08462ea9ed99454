#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::http {

/// The metrics of one scrape, in Prometheus' text format 0.0.4. Names and units:
/// docs/reference/metrics.md.
/// Threads:  one; make one per scrape.
class Metrics {
public:
    using Labels = std::map<std::string, std::string>;

    /// `name` ends in `_total`.
    void counter(
        const std::string& name, const std::string& help, double value, const Labels& labels = {}
    );
    void gauge(
        const std::string& name, const std::string& help, double value, const Labels& labels = {}
    );

    /// `buckets`: (upper bound, count of values up to it, not cumulative); the last bound is
    /// infinity.
    void histogram(
        const std::string& name,
        const std::string& help,
        const std::vector<std::pair<double, std::uint64_t>>& buckets,
        double sum,
        const Labels& labels = {}
    );

    /// With the content type that Prometheus 3 insists on.
    [[nodiscard]] Response response() const;

private:
    enum class Kind : std::uint8_t { kCounter, kGauge, kHistogram };

    struct Point {
        Labels labels;
        double value{};
        std::vector<std::pair<double, std::uint64_t>> buckets;
    };

    struct Family {
        std::string name;
        std::string help;
        Kind kind{};
        std::vector<Point> points;
    };

    void add(const std::string& name, const std::string& help, Kind kind, Point point);

    std::vector<Family> families_;
};

}  // namespace sluice::http
