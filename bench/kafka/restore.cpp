#include "bench/bench.hpp"
#include "bench/kafka/process.hpp"
#include "log/kafka/kafka.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::chrono::seconds kSnapshotsTaken{60};  // no home's has come for so long: none will

std::uint64_t folded_by(const Process& process) {
    std::uint64_t folded = 0;
    for (const auto& probe : process.engine().domains().front()->probes) {
        folded += probe->histories_folded;
    }
    return folded;
}

/// Of all homes: how many ordered records the last snapshots have in them.
std::uint64_t covered_in(const log::Log& log) {
    std::uint64_t covered = 0;
    for (PartitionId p{0}; p.value < kPartitions; p = p.next()) {
        const auto next = take(log.consumed_by(runtime::sequencer_group("bench"), {kOrdered, p}));
        covered += next ? static_cast<std::uint64_t>(next->value) : 0;
    }
    return covered;
}

std::uint64_t wait_for_snapshots(const log::Log& log) {
    std::uint64_t covered = covered_in(log);
    auto since = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - since < kSnapshotsTaken) {
        log.wait_for_change(log.version(), Milliseconds{1'000});
        const std::uint64_t now = covered_in(log);
        if (now != covered) since = std::chrono::steady_clock::now();
        covered = now;
    }
    return covered;
}

/// Subjects of a number each, so that every home gets some and none was there before.
std::vector<Event> newcomers(const Load& load) {
    std::vector<Event> all;
    for (std::uint64_t i = 0; i < std::uint64_t{64} * kPartitions; ++i) {
        Event event = event_number(load, 0);
        event.subject = fmt::format("newcomer-{}", i);
        event.id = event.subject;
        all.push_back(std::move(event));
    }
    return all;
}

std::unique_ptr<log::Log> open_machine(
    const std::string& brokers, const Load& load, const std::string& machine, bool snapshots
) {
    log::KafkaLogOptions options;
    options.cluster.bootstrap = brokers;
    options.prefix = snapshots ? "with." : "without.";
    options.cache = load.directory / (options.prefix + machine);
    if (!snapshots) options.cluster.snapshots.bytes_min = std::size_t{1} << 50U;
    return take(log::open_kafka_log(options));
}

/// From an empty directory to the first events released in every home.
void measure_restore(const Load& load, const std::string& brokers, bool snapshots) {
    std::uint64_t covered = 0;
    {
        const auto log = open_machine(brokers, load, "lost", snapshots);
        Process process{*log, {}};
        process.publish(load);
        process.start();
        process.wait();
        if (snapshots) covered = wait_for_snapshots(*log);
        process.stop();
    }
    const auto log = open_machine(brokers, load, "empty", snapshots);
    Process process{*log, {}};
    process.publish(newcomers(load));
    const Cost cost = timed([&] {
        process.start();
        process.wait();
    });
    fmt::print(
        "  {:<18}{:>8.1f} s   {:>6.1f} s a million   {} in snapshots, {} folded   {:.1f} us of "
        "processor each\n",
        snapshots ? "with snapshots" : "without",
        cost.seconds,
        cost.seconds / static_cast<double>(load.events) * 1e6,
        covered,
        folded_by(process),
        cost.cpu_seconds / static_cast<double>(load.events) * 1e6
    );
    process.stop();
}

}  // namespace

int run_kafka_restore(const Load& asked) {
    Load load = asked;
    load.subjects = load.events;  // each subject has one event, and a history
    const std::string brokers = broker_named();
    if (brokers.empty()) return 2;
    fmt::print(
        "{} subjects in {} homes, on a machine that has nothing, until each home releases again; "
        "joining is in it\n",
        load.subjects,
        kPartitions
    );
    measure_restore(load, brokers, /*snapshots=*/false);
    measure_restore(load, brokers, /*snapshots=*/true);
    return 0;
}

}  // namespace sluice::bench
