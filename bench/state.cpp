#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>

namespace sluice::bench {

namespace {

constexpr std::size_t kSmallBytes = 20;

/// Resident memory of this process, from /proc/self/status (proc(5)).
double resident_mib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        constexpr std::string_view kName = "VmRSS:";
        if (line.starts_with(kName)) return std::stod(line.substr(kName.size())) / 1024;
    }
    return 0;
}

std::uint64_t waiting_now(const Pipeline& pipeline) {
    std::uint64_t waiting = 0;
    for (const auto& domain : pipeline.engine().domains()) {
        for (const auto& probe : domain->probes) waiting += probe->waiting_now;
    }
    return waiting;
}

std::uint64_t tombstones_made(const Pipeline& pipeline) {
    std::uint64_t made = 0;
    for (const auto& domain : pipeline.engine().domains()) {
        for (const auto& probe : domain->probes) made += probe->subjects_closed;
    }
    return made;
}

struct Tombstones {
    std::uint64_t count{};
    std::uint64_t key_bytes{};
    std::uint64_t value_bytes{};
};

Tombstones tombstones_in(const Pipeline& pipeline) {
    Tombstones found;
    for_each_entry(
        pipeline,
        runtime::sequencer_group("bench"),
        runtime::table::kTombstones,
        [&](const std::string& key, const std::string& value) {
            ++found.count;
            found.key_bytes += key.size();
            found.value_bytes += value.size();
        }
    );
    return found;
}

/// The first event of so many subjects.
void open_subjects(const Load& load, const Pipeline& in) {
    Load opening = load;
    opening.events = load.subjects;
    opening.data_bytes = kSmallBytes;
    publish_load(opening, in);
    in.wait();
}

}  // namespace

/// Number 1 of every subject never comes.
int run_waiting(const Load& load) {
    const double before = resident_mib();
    Pipeline pipeline{load.directory / "waiting", nullptr};
    pipeline.start();
    const Cost cost = timed([&] {
        publish_with(load, pipeline, [&](std::uint64_t number) {
            return event_number(load, number + load.subjects);
        });
        pipeline.wait();
    });
    fmt::print(
        "{} events of {} bytes wait, of {} subjects: {:.0f} MiB resident, {:.0f} before; {:.0f} "
        "events/s, {:.1f} us of processor each\n",
        waiting_now(pipeline),
        load.data_bytes,
        load.subjects,
        resident_mib(),
        before,
        static_cast<double>(load.events) / cost.seconds,
        cost.cpu_seconds / static_cast<double>(load.events) * 1e6
    );
    pipeline.stop();
    return 0;
}

/// Every event closes a subject of its own; two hours later a tombstone is what is left of it.
int run_closed(const Load& load) {
    constexpr Milliseconds kTwoHours{2 * 3'600'000};
    Load closing = load;
    closing.subjects = load.events;
    closing.data_bytes = kSmallBytes;
    Pipeline pipeline{load.directory / "closed", nullptr};
    pipeline.start();
    publish_with(closing, pipeline, [&](std::uint64_t number) {
        Event event = event_number(closing, number);
        event.type = std::string(1, 'z');
        return event;
    });
    pipeline.wait();
    pipeline.clock().move(kTwoHours);
    Tombstones left;
    while (left.count < load.events) {
        pipeline.log().wait_for_change(pipeline.log().version(), Milliseconds{50});
        if (tombstones_made(pipeline) >= load.events) left = tombstones_in(pipeline);
    }
    const double resident = resident_mib();
    pipeline.stop();
    fmt::print(
        "{} subjects closed: {:.1f} bytes each in the state, and a key of {:.1f}; {:.0f} MiB "
        "resident\n",
        left.count,
        static_cast<double>(left.value_bytes) / static_cast<double>(left.count),
        static_cast<double>(left.key_bytes) / static_cast<double>(left.count),
        resident
    );
    return 0;
}

int run_subjects(const Load& load) {
    fmt::print("{} events more, beside so many open subjects:\n", load.events);
    double first = 0;
    for (const std::uint64_t subjects : {100'000U, 1'000'000U, 10'000'000U}) {
        Load open = load;
        open.subjects = subjects;
        open.directory = load.directory / fmt::to_string(subjects);
        std::filesystem::create_directory(open.directory);
        Pipeline pipeline{open.directory / "log", std::make_unique<NoOpSink>()};
        pipeline.start();
        open_subjects(open, pipeline);
        const Cost cost = timed([&] {
            publish_with(open, pipeline, [&](std::uint64_t number) {
                return event_number(open, number + open.subjects);
            });
            pipeline.wait();
        });
        const double rate = static_cast<double>(open.events) / cost.seconds;
        if (first == 0) first = rate;
        print_rate(fmt::format("{} subjects", subjects), open.events, cost, {first, "the first"});
        fmt::print("  {:<36}{:>10.0f} MiB resident\n", "", resident_mib());
        pipeline.stop();
        std::filesystem::remove_all(open.directory);
    }
    return 0;
}

}  // namespace sluice::bench
