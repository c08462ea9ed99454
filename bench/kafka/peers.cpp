#include "bench/kafka/peers.hpp"

#include "bench/pipeline.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace sluice::bench {

namespace {

/// Enough memory that collecting it is rare, taken from the start, and the collector that does the
/// most in the least time: no peer is to be slow for want of either.
constexpr std::string_view kJvm =
    "-Xms1g -Xmx1g -XX:+UseParallelGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error";

/// What `Measured` of bench/peers tells in its last line.
std::optional<PeerCost> measured_in(const std::string& line, std::uint64_t records) {
    std::istringstream words{line};
    std::string first;
    std::uint64_t done = 0;
    PeerCost cost;
    words >> first >> done >> cost.whole.seconds >> cost.whole.cpu_seconds >>
        cost.second_half_seconds;
    const bool told = words && first == "measured";
    return told && done >= records ? std::optional{cost} : std::nullopt;
}

}  // namespace

std::optional<Peers> Peers::built() {
    const char* directory = std::getenv("SLUICE_BENCH_PEERS");  // NOLINT(concurrency-mt-unsafe)
    return directory == nullptr ? std::nullopt : std::optional{Peers{directory}};
}

PeerCost Peers::streams(
    const RawKafka& of, const std::string& to, const std::filesystem::path& state
) const {
    return run(
        of,
        "streams",
        "StreamsPeer",
        fmt::format("{} {} {} {} '{}'", of.brokers, of.from, to, of.records, state.string())
    );
}

PeerCost Peers::parallel(const RawKafka& of, std::chrono::milliseconds handler) const {
    const auto ms = handler.count();
    return run(
        of,
        "parallel",
        "ParallelPeer",
        fmt::format("{} {} {} {} bench.parallel-{}", of.brokers, of.from, of.records, ms, ms)
    );
}

PeerCost Peers::run(
    const RawKafka& of, std::string_view peer, std::string_view main, std::string_view arguments
) const {
    const std::string command = fmt::format(
        "exec java {} -cp '{}/{}-1.jar:{}/jars/*' sluice.bench.{} {}",
        kJvm,
        (directory_ / peer).string(),
        peer,
        (directory_ / peer).string(),
        main,
        arguments
    );
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out{
        ::popen(command.c_str(), "r"),  // NOLINT(bugprone-command-processor): a line of ours
        ::pclose};
    std::optional<PeerCost> cost;
    std::array<char, 512> line{};
    while (out != nullptr && std::fgets(line.data(), line.size(), out.get()) != nullptr) {
        if (auto found = measured_in(line.data(), of.records)) cost = found;
    }
    if (!cost) {
        require(Error{ErrorCode::kUnavailable, fmt::format("{} told nothing: {}", main, command)});
    }
    return *cost;
}

}  // namespace sluice::bench
