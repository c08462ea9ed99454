#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/steady.hpp"

#include <fmt/format.h>

#include <memory>

namespace sluice::bench {

namespace {

constexpr std::uint64_t kPerSecond = 20'000;

}  // namespace

int run_latency(const Load& load) {
    Journal journal{load.events};
    Pipeline pipeline{
        load.directory / "latency",
        std::make_unique<NoOpSink>([&](const Record& record) { journal.look(record); })};
    pipeline.start();
    const Cost cost = timed([&] {
        publish_steadily(load, kPerSecond, journal, [&](const std::vector<Event>& batch) {
            pipeline.publish(batch);
        });
        pipeline.wait();
    });
    pipeline.stop();
    const Tail tail = journal.from_due();
    fmt::print(
        "{} events of {} bytes at {} a second, in {:.1f} s, {:.1f} us of processor each; from due "
        "to handled, in ms:\n"
        "  p50 {:.1f}   p99 {:.1f}   p99.9 {:.1f}   most {:.1f}\n",
        journal.handled(),
        load.data_bytes,
        kPerSecond,
        cost.seconds,
        cost.cpu_seconds / static_cast<double>(load.events) * 1e6,
        tail.p50,
        tail.p99,
        tail.p999,
        tail.most
    );
    return 0;
}

}  // namespace sluice::bench
