// Where there is no libFuzzer: all of a corpus as it is, and then mutations of it, from a seed. Or,
// with files instead of a directory, those alone: that is how what broke a target is played again.

#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "fuzz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kRuns = 3'000;
constexpr std::size_t kBytesMax = 8'192;
constexpr std::string_view kMarks =
    "{}[]()<>,:;\"'\\/0123456789eE+-.%_ \n\t=#&*!|$-trufalsnxy\x00\xC3\xED\xFF";

std::string contents(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The input lies in a file while it is run: whatever ends the process, the file is still there.
void run(const std::string& input, const fs::path& kept) {
    // A file that is cut to nothing is flushed when it is closed, on some file systems.
    fs::remove(kept);
    std::ofstream{kept, std::ios::binary | std::ios::trunc} << input;
    const std::vector<std::uint8_t> bytes{
        input.begin(), input.end()};  // its end is the sanitizer's to watch
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string next(std::mt19937_64& random, const std::vector<std::string>& corpus) {
    std::string input = corpus[random() % corpus.size()];
    if (random() % 8 == 0) {  // the front of one, the back of another
        const std::string& other = corpus[random() % corpus.size()];
        input = input.substr(0, random() % (input.size() + 1)) +
                other.substr(random() % (other.size() + 1));
    }
    for (std::uint64_t left = random() % 4 + 1; left > 0; --left) {
        input = sluice::test::mutated(random, std::move(input), kMarks);
    }
    input.resize(std::min(input.size(), kBytesMax));
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments{argv, argv + argc};
    std::vector<fs::path> files;
    bool mutate = false;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        if (!fs::is_directory(arguments[at])) {
            files.emplace_back(arguments[at]);
            continue;
        }
        mutate = true;
        for (const auto& entry : fs::directory_iterator{arguments[at]})
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> corpus;
    std::transform(files.begin(), files.end(), std::back_inserter(corpus), contents);
    if (corpus.empty()) {
        fmt::print(
            stderr, "usage: {} CORPUS|FILE…; there is nothing to begin with\n", arguments[0]
        );
        return 2;
    }
    const fs::path kept{arguments[0] + ".input"};
    const std::uint64_t seed = sluice::test::seed();
    const char* asked =
        std::getenv("SLUICE_FUZZ_RUNS");  // NOLINT(concurrency-mt-unsafe): nothing writes it
    std::uint64_t runs = asked != nullptr ? std::strtoull(asked, nullptr, 10) : kRuns;
    if (!mutate) runs = 0;
    fmt::print(
        "{} inputs, {} mutations, {}; if this ends early, play what did it again: {} {}\n",
        corpus.size(),
        runs,
        sluice::test::rerun(seed),
        arguments[0],
        kept.string()
    );
    static_cast<void>(std::fflush(stdout));
    for (const std::string& input : corpus) run(input, kept);
    std::mt19937_64 random{seed};
    for (std::uint64_t left = runs; left > 0; --left) run(next(random, corpus), kept);
    fs::remove(kept);
}
