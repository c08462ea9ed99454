#include "bench/kafka/process.hpp"

#include "contract/load.hpp"
#include "log/kafka/kafka.hpp"
#include "runtime/domain/plan_of.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace sluice::bench {

namespace {

std::string contract_text(std::uint32_t channel_partitions) {
    return fmt::format(
        R"(
asyncapi: 3.0.0
info: {{title: Benchmark, version: 1.0.0}}
x-sluice: {{domain: bench, homes: {}, validation: off}}
channels:
  in:
    address: {}
    messages: {{a: {{name: a}}, b: {{name: b}}, c: {{name: c}}}}
    bindings: {{kafka: {{partitions: {}}}}}
)",
        kPartitions,
        kIn,
        channel_partitions
    );
}

runtime::EngineOptions options_of(const ProcessOptions& options) {
    runtime::EngineOptions made = engine_options();
    made.commit_interval = options.commit_interval;
    return made;
}

}  // namespace

std::string broker_named() {
    const char* named = std::getenv("SLUICE_BENCH_BROKER");  // NOLINT(concurrency-mt-unsafe)
    if (named != nullptr) return named;
    fmt::print(stderr, "sluice_bench: SLUICE_BENCH_BROKER names no broker: ./dev bench kafka\n");
    return {};
}

std::unique_ptr<log::Log> open_kafka(
    const std::string& brokers, const Load& load, const std::string& name
) {
    log::KafkaLogOptions options;
    options.cluster.bootstrap = brokers;
    options.cache = load.directory / ("kafka-cache" + name);
    if (!name.empty()) options.prefix = name + ".";
    return take(log::open_kafka_log(options));
}

Process::Process(log::Log& log, ProcessOptions options)
    : log_{log},
      engine_{log, clock_, options_of(options)} {
    const std::string text = contract_text(options.channel_partitions);
    auto contract = take(contract::load_contract_text("bench.yaml", text));
    const auto shared = std::make_shared<const contract::Contract>(std::move(contract));
    require(engine_.add_domain(runtime::plan_of(shared)));
    if (options.sink == nullptr) return;
    runtime::Subscription subscription;
    subscription.name = options.subscription;
    subscription.sink = std::move(options.sink);
    require(engine_.add_subscription("bench", std::move(subscription)));
}

void Process::wait() const {
    while (!engine_.wait_until_idle(Milliseconds{1'000})) require(engine_.failure());
}

void Process::publish(const std::vector<Event>& events) const {
    for (const auto& told : engine_.publish(events)) {
        if (!told) require(told.error());
    }
}

void Process::publish(const Load& load) const {
    publish_all(
        load,
        [&](std::uint64_t number) { return event_number(load, number); },
        [&](const std::vector<Event>& batch) { publish(batch); }
    );
}

}  // namespace sluice::bench
