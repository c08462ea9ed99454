#include "bench/pipeline.hpp"

#include "contract/load.hpp"
#include "runtime/domain/plan_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace sluice::bench {

namespace {

/// Tombstones are made when the clock is moved on by an hour.
constexpr std::string_view kContract = R"(
asyncapi: 3.0.0
info: {title: Benchmark, version: 1.0.0}
x-sluice: {domain: bench, homes: 8, validation: off, closing: {retain: 1h}}
channels:
  a:
    address: bench.a
    messages: {a: {name: a}, z: {name: z, x-sluice: {closes: true}}}
    bindings: {kafka: {partitions: 8}}
  b: {address: bench.b, messages: {b: {name: b}}, bindings: {kafka: {partitions: 8}}}
  c: {address: bench.c, messages: {c: {name: c}}, bindings: {kafka: {partitions: 8}}}
)";

std::unique_ptr<log::Log> open_log(const std::filesystem::path& directory) {
    log::EmbeddedOptions options;
    options.directory = directory;
    return take(log::open_embedded_log(options));
}

runtime::EngineOptions with(runtime::EngineOptions options, Trails trails) {
    options.trails = trails == Trails::kKept;
    return options;
}

}  // namespace

void require(const Status& done) {
    if (done.has_value()) return;
    fmt::print(stderr, "sluice_bench: {}\n", done.error().message);
    std::_Exit(1);  // other threads are at work
}

runtime::EngineOptions engine_options() {
    runtime::EngineOptions options;
    options.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
    return options;
}

double cpu_seconds_so_far() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::vector<dispatch::RunOutcome> NoOpSink::deliver(std::span<const deliver::RunWork> runs) {
    std::vector<dispatch::RunOutcome> outcomes(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        outcomes[i].handled = runs[i].events.size();
        if (!look_) continue;
        for (const deliver::Outgoing& event : runs[i].events) look_(*event.record);
    }
    return outcomes;
}

Pipeline::Pipeline(
    const std::filesystem::path& directory, std::unique_ptr<deliver::Sink> sink, Trails trails
)
    : log_{open_log(directory)},
      engine_{*log_, clock_, with(engine_options(), trails)} {
    auto contract = take(contract::load_contract_text("bench.yaml", kContract));
    const auto shared = std::make_shared<const contract::Contract>(std::move(contract));
    require(engine_.add_domain(runtime::plan_of(shared)));
    if (sink == nullptr) return;
    runtime::Subscription subscription;
    subscription.name = "bench";
    subscription.sink = std::move(sink);
    subscription.breaker.subjects_max = 0;  // a sink that fails is meant to
    require(engine_.add_subscription("bench", std::move(subscription)));
}

void Pipeline::wait() const {
    while (!engine_.wait_until_idle(Milliseconds{1'000})) require(engine_.failure());
}

void Pipeline::publish(const std::vector<Event>& events) const {
    for (const auto& told : engine_.publish(events)) {
        if (!told) require(told.error());
    }
}

Event event_number(const Load& load, std::uint64_t number) {
    constexpr std::uint64_t kStride = 7919;  // a prime: neighbours in time are none by name
    const std::uint64_t sequence = number / load.subjects + 1;
    Event event;
    event.subject = fmt::format("order-{}", number * kStride % load.subjects);
    event.id = fmt::format("{}.{}", event.subject, sequence);
    event.source = "/bench";
    event.type = std::string(1, "abc"[sequence % 3]);
    event.extensions["sourcesequence"] = fmt::to_string(sequence);
    event.data = std::string(load.data_bytes, 'x');
    return event;
}

void publish_all(
    const Load& load,
    const std::function<Event(std::uint64_t)>& make,
    const std::function<void(const std::vector<Event>&)>& publish
) {
    std::atomic<std::uint64_t> next{0};
    const auto work = [&] {
        std::vector<Event> batch;
        for (;;) {
            const std::uint64_t first = next.fetch_add(load.batch);
            if (first >= load.events) return;
            batch.clear();
            const std::uint64_t end = std::min(first + load.batch, load.events);
            for (std::uint64_t number = first; number < end; ++number) {
                batch.push_back(make(number));
            }
            publish(batch);
        }
    };
    std::vector<std::jthread> publishers;
    for (std::uint32_t i = 0; i < load.publishers; ++i) publishers.emplace_back(work);
}

void publish_with(
    const Load& load, const Pipeline& to, const std::function<Event(std::uint64_t)>& make
) {
    publish_all(load, make, [&](const std::vector<Event>& batch) { to.publish(batch); });
}

void publish_load(const Load& load, const Pipeline& to) {
    publish_with(load, to, [&](std::uint64_t number) { return event_number(load, number); });
}

void for_each_entry(
    const Pipeline& pipeline,
    std::string_view group,
    log::Table table,
    const std::function<void(const std::string& key, const std::string& value)>& look
) {
    constexpr std::size_t kPage = 10'000;
    for (HomeId home{0}; home.value < Pipeline::kHomes; home = home.next()) {
        std::string from;
        for (bool more = true; more;) {
            const auto page = take(pipeline.log().peek(group, home, table, from, kPage));
            for (const auto& [key, value] : page) look(key, value);
            more = page.size() == kPage;
            if (more) from = page.back().first + std::string(1, '\0');
        }
    }
}

}  // namespace sluice::bench
