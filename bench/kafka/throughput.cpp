#include "bench/bench.hpp"
#include "bench/kafka/awaiting_sink.hpp"
#include "bench/kafka/peers.hpp"
#include "bench/kafka/process.hpp"
#include "bench/kafka/raw_kafka.hpp"
#include "bench/kafka/slow_sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace sluice::bench {

namespace {

constexpr const char* kRawOut = "bench.raw-out";
constexpr const char* kStreamsOut = "bench.streams-out";
constexpr std::string_view kParallel = "Parallel Consumer";
constexpr std::size_t kHandlers = 64;     // at once, a thread each; bench/peers has as many
constexpr std::size_t kAwaiting = 2'000;  // at once, without threads
constexpr std::chrono::milliseconds kHandler{1};
constexpr std::uint64_t kSlowEvents = 200'000;  // of handlers that wait: it takes long enough

/// Committed by the sequencer: its records lie in the ordered topic.
std::uint64_t sequenced(const log::Log& log) {
    std::uint64_t sum = 0;
    for (PartitionId p{0}; p.value < kPartitions; p = p.next()) {
        const auto next = take(log.consumed_by("sequencer.bench", {kIn, p}));
        if (next) sum += static_cast<std::uint64_t>(next->value);
    }
    return sum;
}

std::uint64_t handled(const runtime::Engine& engine) {
    return engine.domains().front()->runner->entries().front()->probe.delivered;
}

double rate_of(std::uint64_t records, const Cost& cost) {
    return static_cast<double>(records) / cost.seconds;
}

/// "  sequence: 4.1 times Kafka Streams (3.2 times its second half, when it is warm)".
void print_times(
    std::string_view name,
    double rate,
    std::string_view peer,
    const RawKafka& of,
    const PeerCost& cost
) {
    const double half = static_cast<double>(of.records) / 2 / cost.second_half_seconds;
    fmt::print(
        "  {}: {:.1f} times {} ({:.1f} times its second half, when it is warm)\n",
        name,
        rate / rate_of(of.records, cost.whole),
        peer,
        rate / half
    );
}

class Throughput {
public:
    Throughput(const Load& load, std::string brokers)
        : load_{load},
          brokers_{std::move(brokers)},
          log_{open_kafka(brokers_, load)},
          peers_{Peers::built()} {
        require(log_->create_topic({kRawOut, kPartitions}));
        if (peers_) require(log_->create_topic({kStreamsOut, kPartitions}));
    }

    void sequencing() {
        Process sequencer{*log_, {}};
        sequencer.publish(load_);
        const RawKafka raw = records_of(kIn);
        const Cost loop = raw_transactions(raw, kRawOut);
        const Beside beside{rate_of(load_.events, loop), "raw transactions"};
        print_rate("consume, count, produce: raw", load_.events, loop, beside);
        const Cost cost =
            sequencer.run(load_.events, [&](const runtime::Engine&) { return sequenced(*log_); });
        print_rate("sequence", load_.events, cost, beside);
        if (!peers_) return;
        const auto streams = peers_->streams(raw, kStreamsOut, load_.directory / "streams");
        print_rate("the same by Kafka Streams", load_.events, streams.whole, beside);
        print_times("sequence", rate_of(load_.events, cost), "Kafka Streams", raw, streams);
    }

    void dispatching() {
        const RawKafka raw = records_of(kOrdered);
        const Cost consumed = raw_consuming(raw);
        const Beside beside{rate_of(load_.events, consumed), "raw consuming"};
        print_rate("consume: raw", load_.events, consumed, beside);
        const Cost looked = raw_consuming(raw, RawHeaders::kParsed);
        print_rate("consume: raw, headers parsed", load_.events, looked, beside);
        const Cost cost = dispatch("bench", std::make_unique<NoOpSink>(), load_.events);
        print_rate("dispatch (no-op)", load_.events, cost, beside);
        if (!peers_) return;
        const auto parallel = peers_->parallel(raw, std::chrono::milliseconds{0});
        print_rate("Parallel Consumer (no-op)", load_.events, parallel.whole, beside);
        print_times("dispatch", rate_of(load_.events, cost), kParallel, raw, parallel);
    }

    void waiting_handlers() {
        RawKafka some = records_of(kOrdered);
        some.records = std::min(load_.events, kSlowEvents);
        fmt::print("the first {}, handlers of 1 ms, {} at once\n", some.records, kHandlers);
        const Cost cost =
            dispatch("slow", std::make_unique<SlowSink>(kHandlers, kHandler), some.records);
        const Beside beside{1'000.0 * kHandlers, "all of them busy"};
        print_rate("dispatch (64 threads)", some.records, cost, beside);
        const Cost awaiting =
            dispatch("awaiting", std::make_unique<AwaitingSink>(kAwaiting, kHandler), some.records);
        print_rate("dispatch (2,000, no threads)", some.records, awaiting, beside);
        if (!peers_) return;
        const auto parallel = peers_->parallel(some, kHandler);
        print_rate("Parallel Consumer (1 ms)", some.records, parallel.whole, beside);
        print_times("64 threads", rate_of(some.records, cost), kParallel, some, parallel);
        print_times("no threads", rate_of(some.records, awaiting), kParallel, some, parallel);
    }

private:
    [[nodiscard]] RawKafka records_of(const char* topic) const {
        return {
            brokers_, topic, kPartitions, load_.events, runtime::TaskOptions{}.step_records_max};
    }

    [[nodiscard]] Cost dispatch(
        const char* subscription, std::unique_ptr<deliver::Sink> sink, std::uint64_t events
    ) {
        ProcessOptions options;
        options.subscription = subscription;
        options.sink = std::move(sink);
        Process process{*log_, std::move(options)};
        return process.run(events, handled);
    }

    const Load& load_;
    std::string brokers_;
    std::unique_ptr<log::Log> log_;
    std::optional<Peers> peers_;
};

}  // namespace

int run_kafka(const Load& load) {
    const std::string brokers = broker_named();
    if (brokers.empty()) return 2;
    fmt::print(
        "{} events of {} bytes, {} subjects, {} partitions, transactions of {}, CRCs checked\n",
        load.events,
        load.data_bytes,
        load.subjects,
        kPartitions,
        runtime::TaskOptions{}.step_records_max
    );
    Throughput throughput{load, brokers};
    throughput.sequencing();
    throughput.dispatching();
    throughput.waiting_handlers();
    return 0;
}

}  // namespace sluice::bench
