#include "trace/otlp.hpp"

#include "base/match.hpp"
#include "event/number.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sluice::trace {

namespace {

using Json = nlohmann::ordered_json;

/// Of the semantic conventions whose names are used.
constexpr std::string_view kSchemaUrl = "https://opentelemetry.io/schemas/1.44.0";
constexpr int kStatusError = 2;
constexpr std::uint64_t kRetrySecondsMax = 300;

std::string nanoseconds(std::chrono::nanoseconds since_1970) {
    return std::to_string(std::max(since_1970, std::chrono::nanoseconds{0}).count());
}

Json text_attribute(std::string_view name, std::string_view text) {
    return {{"key", name}, {"value", {{"stringValue", text}}}};
}

Json attribute(std::string_view name, const AttributeValue& value) {
    return std::visit(
        Match{
            [&](const std::string& text) { return text_attribute(name, text); },
            [&](std::int64_t number) -> Json {
                return {{"key", name}, {"value", {{"intValue", std::to_string(number)}}}};
            },
            [&](bool flag) -> Json {
                return {{"key", name}, {"value", {{"boolValue", flag}}}};
            },
        },
        value
    );
}

Json context_json(const SpanContext& context) {
    Json json{{"traceId", to_hex(context.trace)}, {"spanId", to_hex(context.span)}};
    if (!context.state.empty()) json["traceState"] = context.state;
    json["flags"] = context.sampled ? 1 : 0;
    return json;
}

Json span_json(const Span& span) {
    Json json = context_json(span.context);
    if (span.parent != SpanId{}) json["parentSpanId"] = to_hex(span.parent);
    const std::chrono::nanoseconds start = Milliseconds{span.start.ms};
    json["name"] = span.name;
    json["kind"] = static_cast<int>(span.kind);
    json["startTimeUnixNano"] = nanoseconds(start);
    json["endTimeUnixNano"] = nanoseconds(start + span.took);
    Json attributes = Json::array();
    for (const auto& [name, value] : span.attributes) attributes.push_back(attribute(name, value));
    json["attributes"] = std::move(attributes);
    for (const SpanContext& link : span.links) json["links"].push_back(context_json(link));
    if (!span.failure.empty()) {
        json["status"] = {{"code", kStatusError}, {"message", span.failure}};
    }
    return json;
}

}  // namespace

std::string to_otlp_json(const Resource& resource, std::span<const SpanPtr> spans) {
    Json list = Json::array();
    for (const SpanPtr& span : spans) list.push_back(span_json(*span));
    Json who = Json::array();
    who.push_back(text_attribute("service.name", resource.service));
    who.push_back(text_attribute("service.version", resource.version));
    Json scope{
        {"scope", {{"name", "sluice"}, {"version", resource.version}}},
        {"spans", std::move(list)},
        {"schemaUrl", kSchemaUrl}};
    Json one{
        {"resource", {{"attributes", std::move(who)}}},
        {"scopeSpans", Json::array({std::move(scope)})}};
    const Json whole{{"resourceSpans", Json::array({std::move(one)})}};
    return whole.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Verdict verdict_of(int status) noexcept {
    if (status >= 200 && status < 300) return Verdict::kTaken;
    switch (status) {
        case 429:
        case 502:
        case 503:
        case 504: return Verdict::kAgain;
        default: return Verdict::kNever;
    }
}

std::uint64_t refused_spans(std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("partialSuccess")) return 0;
    const auto& partial = json["partialSuccess"];
    if (!partial.is_object() || !partial.contains("rejectedSpans")) return 0;
    const auto& count = partial["rejectedSpans"];  // of proto's JSON a text; some send a number
    if (count.is_number_unsigned()) return count.get<std::uint64_t>();
    return count.is_string() ? event::parse_number(count.get_ref<const std::string&>()).value_or(0)
                             : 0;
}

std::optional<Milliseconds> retry_after(std::string_view header) noexcept {
    const auto seconds = event::parse_number(header);
    if (!seconds) return std::nullopt;
    return std::chrono::seconds{std::min(*seconds, kRetrySecondsMax)};
}

}  // namespace sluice::trace
