// For crash_test.cpp: writes to the log of directory argv[1] until it is killed. With argv[2], a
// seed, what it has not synced is lost with it (test_power.hpp).
// Thread k publishes its records to its own partition k and, in the same publish, to partition 2;
// thread 1 does it in steps that consume and count in its state. Each acknowledgement is a line
// "k n" on stdout.
#include "log/embedded/crash_text.hpp"
#include "log/embedded/open.hpp"
#include "log/embedded/test_power.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

using namespace sluice;       // NOLINT(google-build-using-namespace): a program of one page
using namespace sluice::log;  // NOLINT(google-build-using-namespace)

constexpr HomeId kHome{0};

PartitionRef place(std::uint32_t partition) {
    return PartitionRef{"t", PartitionId{partition}};
}

Append one(std::uint32_t partition, const std::string& text) {
    Append append{place(partition), {}};
    append.records.emplace_back();
    append.records.back().value = text;
    return append;
}

/// How many of its records are there already.
std::int64_t written(const Log& log, std::uint32_t thread) {
    return log.ends(place(thread)).value().committed.value;
}

void write_on(Log& log, Lease& lease, std::uint32_t thread) {
    for (std::int64_t n = written(log, thread);; ++n) {
        const std::string text = test::crash_text(thread, n);
        const std::vector<Append> appends{one(thread, text), one(2, text)};
        const Consumed read{kHome, place(0), Offset{n}};
        const StateChange count{kHome, Table{1}, "n", std::to_string(n)};
        const auto done = thread == 0 ? log.publish(appends)
                                      : lease.commit(Step{{kHome}, appends, {read}, {count}});
        if (!done) {
            std::fputs(done.error().message.c_str(), stderr);
            return;
        }
        const std::string line = fmt::format("{} {}\n", thread, n);
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
    }
}

int run(rocksdb::Env* env, const char* directory) {
    EmbeddedOptions options;
    options.directory = directory;
    options.reserve_bytes = 0;
    auto log = open_embedded_on(env, options);
    if (!log) return std::fputs(log.error().message.c_str(), stderr), 1;
    Log& open = **log;
    if (!open.create_topic(TopicSpec{"t", 3})) return 1;
    auto lease = open.take("g", {kHome});
    if (!lease) return 1;
    std::thread other{[&] { write_on(open, **lease, 1); }};
    write_on(open, **lease, 0);
    other.join();
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<char*> arguments{argv, static_cast<std::size_t>(argc)};
    if (arguments.size() == 2) return run(rocksdb::Env::Default(), arguments[1]);
    if (arguments.size() != 3) return 2;
    const std::uint64_t seed = std::strtoull(arguments[2], nullptr, 10);
    const auto env = test::power_env(std::make_shared<test::PowerCutFileSystem>(seed));
    return run(env.get(), arguments[1]);
}
