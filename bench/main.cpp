#include "bench/bench.hpp"

#include <fmt/format.h>

#include <cstdlib>
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
            std::exit(1);
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

}  // namespace

int main(int argc, char** argv) {
    const std::string_view name = argc > 1 ? argv[1] : "embedded";
    if (name != "embedded") {
        fmt::print(stderr, "usage: sluice_bench [embedded [EVENTS]]\n");
        return 2;
    }
    const Scratch scratch;
    sluice::bench::Load load;
    if (argc > 2) load.events = std::strtoull(argv[2], nullptr, 10);
    load.directory = scratch.path();
    return sluice::bench::run_embedded(load);
}
