#include "http/metrics.hpp"

#include "base/assert.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>

namespace sluice::http {

void Metrics::add(const std::string& name, const std::string& help, Kind kind, Point point) {
    auto found = std::find_if(families_.begin(), families_.end(), [&](const Family& family) {
        return family.name == name;
    });
    if (found == families_.end())
        found = families_.insert(families_.end(), Family{name, help, kind, {}});
    SLUICE_ASSERT(found->kind == kind);
    found->points.push_back(std::move(point));
}

void Metrics::counter(
    const std::string& name, const std::string& help, double value, const Labels& labels
) {
    SLUICE_ASSERT(name.ends_with("_total"));
    add(name, help, Kind::kCounter, Point{labels, value, {}});
}

void Metrics::gauge(
    const std::string& name, const std::string& help, double value, const Labels& labels
) {
    add(name, help, Kind::kGauge, Point{labels, value, {}});
}

void Metrics::histogram(
    const std::string& name,
    const std::string& help,
    const std::vector<std::pair<double, std::uint64_t>>& buckets,
    double sum,
    const Labels& labels
) {
    add(name, help, Kind::kHistogram, Point{labels, sum, buckets});
}

Response Metrics::response() const {
    std::vector<prometheus::MetricFamily> families;
    families.reserve(families_.size());
    for (const Family& family : families_) {
        prometheus::MetricFamily& out = families.emplace_back();
        out.name = family.name;
        out.help = family.help;
        out.type = family.kind == Kind::kCounter ? prometheus::MetricType::Counter
                   : family.kind == Kind::kGauge ? prometheus::MetricType::Gauge
                                                 : prometheus::MetricType::Histogram;
        for (const Point& point : family.points) {
            prometheus::ClientMetric& metric = out.metric.emplace_back();
            for (const auto& [name, value] : point.labels) metric.label.push_back({name, value});
            metric.counter.value = point.value;
            metric.gauge.value = point.value;
            metric.histogram.sample_sum = point.value;
            std::uint64_t below = 0;
            for (const auto& [bound, count] : point.buckets) {
                below += count;
                metric.histogram.bucket.push_back({below, bound});
            }
            metric.histogram.sample_count = below;
        }
    }
    return Response{
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        prometheus::TextSerializer{}.Serialize(families)};
}

}  // namespace sluice::http
