#include "log/kafka/kafka.hpp"

#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/raw_kafka.hpp"
#include "contract/load.hpp"
#include "runtime/domain/plan_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::uint32_t kPartitions = 6;
constexpr std::chrono::milliseconds kLook{1};
constexpr const char* kIn = "bench.in";
constexpr const char* kOrdered = "bench.ordered";
constexpr const char* kRawOut = "bench.raw-out";

/// As many homes as the channel has partitions, keyed alike: no detour.
constexpr std::string_view kKafkaContract = R"(
asyncapi: 3.0.0
info: {title: Benchmark, version: 1.0.0}
x-sluice: {domain: bench, homes: 6, validation: off}
channels:
  in:
    address: bench.in
    messages: {a: {name: a}, b: {name: b}, c: {name: c}}
    bindings: {kafka: {partitions: 6}}
)";

std::unique_ptr<log::Log> open_log(const std::string& brokers, const Load& load) {
    log::KafkaLogOptions options;
    options.cluster.bootstrap = brokers;
    options.cache = load.directory / "kafka-cache";
    return take(log::open_kafka_log(options));
}

/// One process: a sequencing thread, and a subscription that does nothing, or none.
class Process {
public:
    Process(log::Log& log, bool with_subscription) : log_{log}, engine_{log, clock_, {}} {
        auto contract = take(contract::load_contract_text("bench.yaml", kKafkaContract));
        const auto shared = std::make_shared<const contract::Contract>(std::move(contract));
        require(engine_.add_domain(runtime::plan_of(shared)));
        if (!with_subscription) return;
        runtime::Subscription subscription;
        subscription.name = "bench";
        subscription.sink = std::make_unique<NoOpSink>();
        require(engine_.add_subscription("bench", std::move(subscription)));
    }

    /// From the first record that `done` counts to the last: joining the group is not timed.
    template <class Done>
    [[nodiscard]] Cost run(std::uint64_t records, Done&& done) {
        require(engine_.start());
        const auto look = [&](std::uint64_t until) {
            std::uint64_t now = done(engine_);
            while (now < until) {
                log_.wait_for_change(log_.version(), kLook);
                require(engine_.failure());
                now = done(engine_);
            }
            return now;
        };
        const std::uint64_t before = look(1);
        const Cost cost = timed([&] { look(records); });
        require(engine_.stop());
        const auto share = static_cast<double>(records) /
                           static_cast<double>(std::max<std::uint64_t>(records - before, 1));
        return {cost.seconds * share, cost.cpu_seconds * share};
    }

    void publish(const Load& load) const {
        publish_all(
            load,
            [&](std::uint64_t number) { return event_number(load, number); },
            [&](const std::vector<Event>& batch) {
                for (const auto& told : engine_.publish(batch)) {
                    if (!told) require(told.error());
                }
            }
        );
    }

private:
    log::Log& log_;
    SystemClock clock_;
    runtime::Engine engine_;
};

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

}  // namespace

int run_kafka(const Load& load) {
    const char* named = std::getenv("SLUICE_BENCH_BROKER");  // NOLINT(concurrency-mt-unsafe)
    if (named == nullptr) {
        fmt::print(
            stderr, "sluice_bench: SLUICE_BENCH_BROKER names no broker: ./dev bench kafka\n"
        );
        return 2;
    }
    const std::size_t step = runtime::TaskOptions{}.step_records_max;
    fmt::print(
        "{} events of {} bytes, {} subjects, {} partitions, transactions of {}, CRCs checked\n",
        load.events,
        load.data_bytes,
        load.subjects,
        kPartitions,
        step
    );
    const auto log = open_log(named, load);
    require(log->create_topic({kRawOut, kPartitions}));
    const auto rate = [&load](std::string_view name, Cost cost, Beside beside) {
        print_rate(name, load.events, cost, beside);
    };
    const auto per_second = [&load](Cost cost) {
        return static_cast<double>(load.events) / cost.seconds;
    };
    {
        Process sequencer{*log, /*with_subscription=*/false};
        sequencer.publish(load);
        const RawKafka raw{named, kIn, kPartitions, load.events, step};
        const Cost loop = raw_transactions(raw, kRawOut);
        const Beside beside{per_second(loop), "raw transactions"};
        rate("consume, count, produce: raw", loop, beside);
        const Cost cost =
            sequencer.run(load.events, [&](const runtime::Engine&) { return sequenced(*log); });
        rate("sequence", cost, beside);
    }
    const RawKafka raw{named, kOrdered, kPartitions, load.events, step};
    const Cost consumed = raw_consuming(raw);
    const Beside beside{per_second(consumed), "raw consuming"};
    rate("consume: raw", consumed, beside);
    Process dispatcher{*log, /*with_subscription=*/true};
    rate("dispatch (no-op)", dispatcher.run(load.events, handled), beside);
    return 0;
}

}  // namespace sluice::bench
