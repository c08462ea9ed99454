// What a subject's story takes to tell, and what it costs to have it ready: `sluice trace`.
#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/steady.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect_timeline.hpp"
#include "runtime/inspect/trail.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::size_t kStories = 1'000;
constexpr std::size_t kEntriesMax = 1'000;
constexpr std::uint64_t kStoryStride = 104'729;  // a prime: they lie anywhere

/// The keeper follows on its own; nobody waits for it but this.
void wait_for_trails(const Pipeline& pipeline, const std::string& subject) {
    for (;;) {
        const auto told = runtime::timeline(pipeline.log(), subject, 1);
        if (told && told.value().not_yet == 0) return;
        if (!told && told.error().code != ErrorCode::kNotFound) require(told.error());
        pipeline.log().wait_for_change(pipeline.log().version(), Milliseconds{50});
    }
}

std::uint64_t trail_bytes(const Pipeline& pipeline) {
    std::uint64_t bytes = 0;
    for_each_entry(
        pipeline,
        runtime::trail_group("bench"),
        runtime::table::kTrails,
        [&](const std::string& key, const std::string& value) {
            bytes += key.size() + value.size();
        }
    );
    return bytes;
}

/// What finding a subject's records would be without trails.
double search_seconds(const Pipeline& pipeline) {
    const Cost cost = timed([&] {
        for (PartitionId home{0}; home.value < Pipeline::kHomes; ++home.value) {
            const log::PartitionRef from{runtime::ordered_topic("bench"), home};
            const Offset end = take(pipeline.log().ends(from)).committed;
            for (Offset at{0}; at < end;) {
                const auto records = take(
                    pipeline.log().read(from, at, log::ReadLimits{10'000, std::size_t{8} << 20})
                );
                at = records.back().offset.next();
            }
        }
    });
    return cost.seconds;
}

}  // namespace

int run_story(const Load& load) {
    Pipeline pipeline{load.directory / "story", std::make_unique<NoOpSink>(), Trails::kKept};
    pipeline.start();
    const Cost cost = timed([&] {
        publish_load(load, pipeline);
        pipeline.wait();
        wait_for_trails(pipeline, event_number(load, 0).subject);
    });
    std::vector<std::int64_t> took_ns;
    std::size_t entries = 0;
    const std::uint64_t subjects = std::min(load.subjects, load.events);
    for (std::size_t i = 0; i < kStories; ++i) {
        const std::string subject = event_number(load, i * kStoryStride % subjects).subject;
        const auto begin = std::chrono::steady_clock::now();
        entries += take(runtime::timeline(pipeline.log(), subject, kEntriesMax)).entries.size();
        took_ns.push_back(std::chrono::nanoseconds{std::chrono::steady_clock::now() - begin}.count()
        );
    }
    const Tail tail = tail_of(std::move(took_ns));
    fmt::print(
        "{} events of {} subjects, published, ordered, handled and trailed: {:.0f} events/s; "
        "{:.1f} bytes of trail an "
        "event\n{} stories of {:.1f} entries, in ms: p50 {:.1f}   p99 {:.1f}   most {:.1f}; "
        "reading the ordered topic "
        "to its end: {:.0f}\n",
        load.events,
        subjects,
        static_cast<double>(load.events) / cost.seconds,
        static_cast<double>(trail_bytes(pipeline)) / static_cast<double>(load.events),
        kStories,
        static_cast<double>(entries) / static_cast<double>(kStories),
        tail.p50,
        tail.p99,
        tail.most,
        search_seconds(pipeline) * 1'000
    );
    pipeline.stop();
    return 0;
}

}  // namespace sluice::bench
