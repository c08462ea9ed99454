#include "daemon/config/trace_config.hpp"

#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
    return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
}

Result<Config> parsed_traces(const std::string& traces) {
    return parse_config("sluice.yaml", "contracts: [a]\n" + traces);
}

TEST(TraceConfigTest, IsOffWhereNobodyAsksForIt) {
    for (const char* text : {"", "traces: {}", "traces: {ratio: 0.5, service: shop}"}) {
        Result<Config> config = parsed_traces(text);
        ASSERT_TRUE(config) << config.error().message;
        EXPECT_FALSE(config.value().traces.endpoint) << text;
        EXPECT_TRUE(apply_environment(environment({}), config.value().traces));
        EXPECT_FALSE(config.value().traces.endpoint) << text;
    }
}

TEST(TraceConfigTest, TakesWhatTheReferenceNames) {
    const auto config = parsed_traces(
        "traces: {endpoint: 'http://127.0.0.1:4318', ratio: 0.1, service: shop, queue: 64, "
        "every: 10ms}"
    );
    ASSERT_TRUE(config) << config.error().message;
    const TraceConfig& traces = config.value().traces;
    EXPECT_EQ(traces.endpoint, (trace::Endpoint{"127.0.0.1", 4318, "/v1/traces"}));
    EXPECT_EQ(traces.ratio, 0.1);
    EXPECT_EQ(traces.service, "shop");
    EXPECT_EQ(traces.queue_spans, 64U);
    EXPECT_EQ(traces.every, Milliseconds{10});
}

TEST(TraceConfigTest, WhatIsWrongIsRefusedWithItsPlace) {
    const std::vector<std::pair<const char*, const char*>> cases{
        {"traces: {endpint: x}",
         "sluice.yaml:2:10: /traces/endpint: unknown name; did you mean 'endpoint'?; allowed here: "
         "endpoint, ratio, service, queue, every"},
        {"traces: {endpoint: 'localhost:4318'}", "/traces/endpoint: 'localhost:4318': is not http"},
        {"traces: {endpoint: 'https://c:4318'}", "name a collector beside Sluice"},
        {"traces: {ratio: 1.1}", "/traces/ratio"},
        {"traces: {ratio: -0.1}", "/traces/ratio"},
        {"traces: {service: ''}", "/traces/service: '' is not a name"},
        {"traces: {queue: 63}", "/traces/queue"},
        {"traces: {queue: 1000001}", "/traces/queue"},
        {"traces: {every: 9ms}", "/traces/every"},
        {"traces: {every: 61s}", "/traces/every"},
        {"traces: [1]", "/traces"},
    };
    for (const auto& [text, said] : cases) {
        const auto config = parsed_traces(text);
        ASSERT_FALSE(config) << text;
        EXPECT_NE(config.error().message.find(said), std::string::npos) << config.error().message;
    }
}

TEST(TraceConfigTest, TheEnvironmentGoesBeforeTheFileAndTheSpecialBeforeTheGeneral) {
    const trace::Endpoint file{"file", 1, "/v1/traces"};

    struct Case {
        Variables variables;
        std::optional<trace::Endpoint> endpoint;
    };

    const std::vector<Case> cases{
        {{}, file},
        {{{"OTEL_EXPORTER_OTLP_ENDPOINT", ""}}, file},
        {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:2"}},
         trace::Endpoint{"all", 2, "/v1/traces"}},
        {{{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://one:3"}}, trace::Endpoint{"one", 3, "/"}},
        {{{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:2"},
          {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://one:3/x"}},
         trace::Endpoint{"one", 3, "/x"}},
        {{{"OTEL_SDK_DISABLED", "TRUE"}, {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:2"}},
         std::nullopt},
        {{{"OTEL_SDK_DISABLED", "false"}}, file},
        {{{"OTEL_SDK_DISABLED", "trueish"}}, file},
    };
    for (const Case& one : cases) {
        TraceConfig traces;
        traces.endpoint = file;
        ASSERT_TRUE(apply_environment(environment(one.variables), traces));
        EXPECT_EQ(traces.endpoint, one.endpoint)
            << (one.variables.empty() ? "" : one.variables.begin()->first);
    }
}

TEST(TraceConfigTest, NameAndRatioComeFromTheEnvironmentToo) {
    TraceConfig traces;
    traces.service = "file";
    const Variables variables{
        {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1"},
        {"OTEL_SERVICE_NAME", "shop"},
        {"OTEL_TRACES_SAMPLER_ARG", "0.25"}};
    ASSERT_TRUE(apply_environment(environment(variables), traces));
    EXPECT_EQ(traces.service, "shop");
    EXPECT_EQ(traces.ratio, 0.25);
}

TEST(TraceConfigTest, AWrongVariableIsNamedIfTracesAreOn) {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c"},
        {"OTEL_TRACES_SAMPLER_ARG", "ten percent"},
        {"OTEL_TRACES_SAMPLER_ARG", "1.5"},
        {"OTEL_TRACES_SAMPLER_ARG", "-0.1"},
        {"OTEL_TRACES_SAMPLER_ARG", "nan"},
    };
    for (const auto& [name, value] : wrong) {
        TraceConfig traces;
        traces.endpoint = trace::Endpoint{"file", 1, "/"};
        const Status applied = apply_environment(environment({{name, value}}), traces);
        ASSERT_FALSE(applied) << name << value;
        EXPECT_EQ(applied.error().code, ErrorCode::kBadConfig);
        EXPECT_EQ(applied.error().message.rfind(fmt::format("environment: {}: ", name), 0), 0U);
    }
    TraceConfig off;
    EXPECT_TRUE(apply_environment(environment({{"OTEL_TRACES_SAMPLER_ARG", "x"}}), off));
}

}  // namespace
}  // namespace sluice::daemon
