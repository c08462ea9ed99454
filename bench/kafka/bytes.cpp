#include "bench/bench.hpp"
#include "bench/kafka/process.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace sluice::bench {

namespace {

/// By topic.
using Bytes = std::map<std::string, std::uintmax_t>;

/// What lies in the segments of one broker's directories, named <topic>-<partition>.
Bytes bytes_in(const std::filesystem::path& data) {
    Bytes bytes;
    for (const auto& partition : std::filesystem::directory_iterator{data}) {
        if (!partition.is_directory()) continue;
        const std::string name = partition.path().filename().string();
        for (const auto& file : std::filesystem::directory_iterator{partition.path()}) {
            if (file.path().extension() != ".log") continue;
            bytes[name.substr(0, name.rfind('-'))] += file.file_size();
        }
    }
    return bytes;
}

void measure_bytes(
    const Load& load,
    const std::string& brokers,
    const std::filesystem::path& data,
    const std::string& name,
    std::uint32_t channel_partitions
) {
    const auto log = open_kafka(brokers, load, name);
    ProcessOptions options;
    options.sink = std::make_unique<NoOpSink>();
    options.channel_partitions = channel_partitions;
    Process process{*log, std::move(options)};
    process.publish(load);
    const Bytes before = bytes_in(data);
    process.start();
    process.wait();
    std::uint64_t detours = 0;
    for (const auto& probe : process.engine().domains().front()->probes) {
        detours += probe->repartitioned;
    }
    process.stop();
    const std::string prefix = name + ".";
    const double input = static_cast<double>(before.at(prefix + kIn));
    fmt::print(
        "{}: channel of {} partitions, {} of {} events by the detour, {:.0f} bytes each\n",
        name,
        channel_partitions,
        detours,
        load.events,
        input / static_cast<double>(load.events)
    );
    double sum = 0;
    for (const auto& [topic, size] : bytes_in(data)) {
        const auto had = before.find(topic);
        const double more = static_cast<double>(size - (had == before.end() ? 0 : had->second));
        if (more == 0) continue;
        sum += more;
        const bool ours = topic.rfind(prefix, 0) == 0;
        fmt::print("  {:<36}{:>8.3f}\n", ours ? topic.substr(prefix.size()) : topic, more / input);
    }
    fmt::print("  {:<36}{:>8.3f} bytes written per byte of input\n", "all", sum / input);
}

}  // namespace

int run_kafka_bytes(const Load& load) {
    const std::string brokers = broker_named();
    const char* data = std::getenv("SLUICE_BENCH_BROKER_DATA");  // NOLINT(concurrency-mt-unsafe)
    if (brokers.empty() || data == nullptr) return 2;
    measure_bytes(load, brokers, data, "without", kPartitions);
    measure_bytes(load, brokers, data, "detour", kPartitions - 1);
    return 0;
}

}  // namespace sluice::bench
