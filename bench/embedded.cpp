#include <sluice/instance.hpp>

#include "bench/bench.hpp"
#include "bench/raw_store.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::string_view kContract = R"(
asyncapi: 3.0.0
info: {title: Benchmark, version: 1.0.0}
x-sluice: {domain: bench, homes: 8, validation: off}
channels:
  a: {address: bench.a, messages: {a: {name: a}}, bindings: {kafka: {partitions: 8}}}
  b: {address: bench.b, messages: {b: {name: b}}, bindings: {kafka: {partitions: 8}}}
  c: {address: bench.c, messages: {c: {name: c}}, bindings: {kafka: {partitions: 8}}}
)";

void require(const Status& done) {
    if (done.has_value()) return;
    fmt::print(stderr, "sluice_bench: {}\n", done.error().message);
    std::exit(1);
}

Event event_number(const Load& load, std::uint64_t number) {
    const std::uint64_t subject = number * 7919 % load.subjects;
    const std::uint64_t sequence = number / load.subjects + 1;
    Event event;
    event.subject = fmt::format("order-{}", subject);
    event.id = fmt::format("{}.{}", event.subject, sequence);
    event.source = "/bench";
    event.type = std::string(1, "abc"[sequence % 3]);
    event.extensions["sourcesequence"] = fmt::to_string(sequence);
    event.data = std::string(load.data_bytes, 'x');
    return event;
}

void publish_all(Instance& instance, const Load& load) {
    std::vector<Event> batch;
    for (std::uint64_t number = 0; number < load.events;) {
        batch.clear();
        for (std::size_t at = 0; at < load.batch && number < load.events; ++at, ++number) {
            batch.push_back(event_number(load, number));
        }
        for (const auto& told : instance.publish(batch))
            require(told.has_value() ? ok() : told.error());
    }
}

std::unique_ptr<Instance> instance_in(const std::filesystem::path& directory) {
    auto instance = Instance::open({.directory = directory.string()});
    require(instance.has_value() ? ok() : instance.error());
    require(instance.value()->add_domain_text(kContract, "bench.yaml"));
    return std::move(instance).value();
}

void wait(Instance& instance) {
    while (!instance.wait_until_idle(Milliseconds{1'000})) require(instance.failure());
}

Service counting() {
    Service service{"counting"};
    service.schema("CREATE TABLE IF NOT EXISTS model (subject TEXT PRIMARY KEY, events INTEGER)");
    for (const char* type : {"a", "b", "c"}) {
        service.on(type, [](const Event& event, Sql& sql) {
            sql.execute(
                "INSERT INTO model VALUES (?, 1) ON CONFLICT (subject) DO UPDATE SET events = "
                "model.events + 1",
                {event.subject}
            );
            return Handled::done();
        });
    }
    return service;
}

}  // namespace

void print_rate(
    const std::string& name,
    std::uint64_t events,
    double seconds,
    double baseline_per_second,
    const char* of
) {
    const double rate = static_cast<double>(events) / seconds;
    fmt::print(
        "  {:<34}{:>10.0f} events/s   {:.2f} of {}\n", name, rate, rate / baseline_per_second, of
    );
}

int run_embedded(const Load& load) {
    fmt::print(
        "{} events of {} bytes, {} subjects, synced batches of {}\n",
        load.events,
        load.data_bytes,
        load.subjects,
        load.batch
    );
    const RawRates raw = raw_store(load);
    const double sqlite = raw_sqlite(load);
    const double once_each = 1 / (1 / raw.append_per_second + 1 / raw.scan_per_second);
    fmt::print("  {:<34}{:>10.0f} events/s\n", "raw append, RocksDB alone", raw.append_per_second);
    fmt::print("  {:<34}{:>10.0f} events/s\n", "raw scan", raw.scan_per_second);
    fmt::print("  {:<34}{:>10.0f} events/s\n", "plain SQLite, inbox and upsert", sqlite);

    auto instance = instance_in(load.directory / "sequence");
    print_rate(
        "publish",
        load.events,
        timed([&] { publish_all(*instance, load); }),
        raw.append_per_second,
        "raw append"
    );
    const double sequence = timed([&] {
        require(instance->start());
        wait(*instance);
    });
    print_rate(
        "sequence, from the log to the log", load.events, sequence, once_each, "raw append + scan"
    );
    require(instance->stop());
    instance.reset();

    instance = instance_in(load.directory / "sequence");
    require(instance->add_service("bench", counting(), (load.directory / "model.sqlite").string()));
    const double handle = timed([&] {
        require(instance->start());
        wait(*instance);
    });
    print_rate("handle with SQLite, rebuilt", load.events, handle, sqlite, "plain SQLite");
    require(instance->stop());
    instance.reset();

    instance = instance_in(load.directory / "all");
    require(instance->start());
    const double all = timed([&] {
        publish_all(*instance, load);
        wait(*instance);
    });
    print_rate("publish and sequence at once", load.events, all, once_each, "raw append + scan");
    require(instance->stop());
    return 0;
}

}  // namespace sluice::bench
