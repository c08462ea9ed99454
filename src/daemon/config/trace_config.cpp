#include "daemon/config/trace_config.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::uint64_t kQueueLeast = 64;
constexpr std::uint64_t kQueueMost = 1'000'000;

Error refused(const char* name, std::string_view why) {
    return Error{ErrorCode::kBadConfig, fmt::format("environment: {}: {}", name, why)};
}

bool is_true(std::string_view text) {
    return text.size() == 4 && event::starts_with_ignoring_case(text, "true");
}

std::optional<double> parse_ratio(std::string_view text) {
    double ratio = -1;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, ratio);
    const bool good = error == std::errc{} && at == end && ratio >= 0.0 && ratio <= 1.0;
    return good ? std::optional{ratio} : std::nullopt;
}

Status find_endpoint(const Environment& environment, TraceConfig& traces) {
    using Parse = Result<trace::Endpoint> (*)(std::string_view);
    const std::pair<const char*, Parse> names[]{
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", trace::parse_traces_endpoint},
        {"OTEL_EXPORTER_OTLP_ENDPOINT", trace::parse_base_endpoint}};
    for (const auto& [name, parse] : names) {
        const std::string url = environment(name).value_or("");
        if (url.empty()) continue;
        auto endpoint = parse(url);
        if (!endpoint) return refused(name, endpoint.error().message);
        traces.endpoint = std::move(endpoint.value());
        return ok();
    }
    return ok();
}

}  // namespace

void read_traces(const contract::Node& node, TraceConfig& traces) {
    node.only({"endpoint", "ratio", "service", "queue", "every"});
    if (const auto url = node.at("endpoint").text()) {
        auto endpoint = trace::parse_base_endpoint(*url);
        if (endpoint) {
            traces.endpoint = std::move(endpoint.value());
        } else {
            node.at("endpoint").problem(endpoint.error().message);
        }
    }
    traces.ratio = node.at("ratio").real(0.0, 1.0).value_or(traces.ratio);
    traces.service = node.at("service").text().value_or(traces.service);
    if (traces.service.empty()) node.at("service").problem("'' is not a name");
    traces.queue_spans =
        node.at("queue").count(kQueueLeast, kQueueMost).value_or(traces.queue_spans);
    traces.every =
        node.at("every").duration(Milliseconds{10}, std::chrono::minutes{1}).value_or(traces.every);
}

Environment process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing writes it
        return text == nullptr ? std::nullopt : std::optional<std::string>{text};
    };
}

Status apply_environment(const Environment& environment, TraceConfig& traces) {
    if (is_true(environment("OTEL_SDK_DISABLED").value_or(""))) {
        traces.endpoint.reset();
        return ok();
    }
    if (Status found = find_endpoint(environment, traces); !found) return found;
    if (!traces.endpoint) return ok();
    if (auto service = environment("OTEL_SERVICE_NAME").value_or(""); !service.empty()) {
        traces.service = std::move(service);
    }
    constexpr const char* kRatio = "OTEL_TRACES_SAMPLER_ARG";
    const std::string written = environment(kRatio).value_or("");
    if (written.empty()) return ok();
    const auto ratio = parse_ratio(written);
    if (!ratio) {
        return refused(kRatio, fmt::format("{} is not a share from 0 to 1", event::shown(written)));
    }
    traces.ratio = *ratio;
    return ok();
}

}  // namespace sluice::daemon
