#include "bench/bench.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

/// A scratch directory below the working directory, so that the disk under test is the project's.
class Scratch {
public:
    Scratch() {
        std::string pattern = "sluice-bench-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) {
            fmt::print(stderr, "sluice_bench: cannot make a directory here\n");
            std::exit(1);  // NOLINT(concurrency-mt-unsafe): no thread runs yet
        }
        path_ = pattern;
    }

    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// All of the text as a count from 1 up, or nothing.
std::optional<std::uint64_t> count_of(std::string_view text) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && count > 0 ? std::optional{count} : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    sluice::bench::Load load;
    const std::string_view name = argc > 1 ? argv[1] : "embedded";
    const auto events = argc > 2 ? count_of(argv[2]) : std::optional{load.events};
    if (name != "embedded" || !events || argc > 3) {
        fmt::print(stderr, "usage: sluice_bench [embedded [EVENTS]]\n");
        return 2;
    }
    const Scratch scratch;
    load.events = *events;
    load.directory = scratch.path();
    return sluice::bench::run_embedded(load);
}
