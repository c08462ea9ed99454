#include "bench/bench.hpp"
#include "bench/kafka/process.hpp"
#include "bench/steady.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::uint64_t kKafkaPerSecond = 5'000;
constexpr std::uint32_t kKafkaPublishers = 16;  // each waits for the brokers' answer

/// Steps so far, and how long their transactions took.
struct Steps {
    double count{};
    double sum_ms{};
};

Steps steps_of(const Process& process) {
    Steps steps;
    for (const auto& probe : process.engine().domains().front()->probes) {
        steps.count += static_cast<double>(probe->steps);
        steps.sum_ms += static_cast<double>(probe->commits.sum_micros) / 1e3;
    }
    return steps;
}

/// Of a subject of its own, and without a number.
Event first_of_all(const Load& load) {
    Event event = event_number(load, 0);
    event.subject = "first-of-all";
    return event;
}

std::string measure_latency(const Load& load, log::Log& log, Milliseconds interval) {
    Journal journal{load.events};
    ProcessOptions options;
    options.sink = std::make_unique<NoOpSink>([&](const Record& record) { journal.look(record); });
    options.commit_interval = interval;
    Process process{log, std::move(options)};
    process.start();
    process.publish({first_of_all(load)});
    process.wait();  // it has joined its groups
    const Steps before = steps_of(process);
    const Cost cost = timed([&] {
        publish_steadily(load, kKafkaPerSecond, journal, [&](const std::vector<Event>& batch) {
            process.publish(batch);
        });
        process.wait();
    });
    const Steps after = steps_of(process);
    process.stop();
    const double count = after.count - before.count;
    const Tail added = journal.from_acknowledged();
    const Tail whole = journal.from_due();
    return fmt::format(
        "  {:>3} ms: added p50 {:.1f}   p99 {:.1f}   p99.9 {:.1f}   most {:.1f}   from due p50 "
        "{:.1f}   p99 {:.1f}   {:.0f} steps/s of {:.1f} ms   {:.1f} us of processor each\n",
        interval.count(),
        added.p50,
        added.p99,
        added.p999,
        added.most,
        whole.p50,
        whole.p99,
        count / cost.seconds,
        (after.sum_ms - before.sum_ms) / std::max(count, 1.0),
        cost.cpu_seconds / static_cast<double>(load.events) * 1e6
    );
}

}  // namespace

int run_kafka_latency(const Load& load) {
    const std::string brokers = broker_named();
    if (brokers.empty()) return 2;
    Load steady = load;
    steady.publishers = kKafkaPublishers;
    fmt::print(
        "{} events of {} bytes at {} a second, for each commit interval; from the brokers' "
        "acknowledgement of the publish to the handler (added), in ms, when the broker is warm:\n",
        load.events,
        load.data_bytes,
        kKafkaPerSecond
    );
    const auto measure = [&](std::string_view name, std::int64_t interval_ms) {
        const auto log = open_kafka(brokers, load, std::string{name});
        return measure_latency(steady, *log, Milliseconds{interval_ms});
    };
    // A broker that has just been started compiles while it serves: the first round does not count.
    static_cast<void>(measure("warm-up", 20));
    for (const std::int64_t ms : {20, 50, 100}) {
        fmt::print("{}", measure(fmt::format("every-{}", ms), ms));
    }
    return 0;
}

}  // namespace sluice::bench
