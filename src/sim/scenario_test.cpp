#include "log/embedded/test_log.hpp"
#include "sim/sim_backend.hpp"
#include "sim/stage.hpp"
#include "sim/story.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// Every file of tests/scenarios, on the simulated broker, and, where it asks for nothing that only
// a cluster has, on the embedded log.

namespace sluice::sim {
namespace {

std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{SLUICE_SCENARIOS}) {
        if (entry.path().extension() == ".scn") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Story story_of(const std::string& name) {
    std::ifstream file{fmt::format("{}/{}.scn", SLUICE_SCENARIOS, name)};
    std::ostringstream text;
    text << file.rdbuf();
    auto story = parse_story(text.str());
    EXPECT_TRUE(story.has_value()) << story.error().message;
    return story ? std::move(story).value() : Story{};
}

/// One process over a real log.
class EmbeddedBackend final : public Backend {
public:
    EmbeddedBackend() {
        auto options = log::test::test_options(scratch_.path());
        options.durability = log::Durability::kProcessCrash;
        log_ = log::test::open_or_fail(options);
    }

    [[nodiscard]] log::Log& log(std::size_t) override { return *log_; }

    void meet(std::size_t, Fate, std::uint64_t) override {}

    bool show_one(std::size_t) override { return false; }

    [[nodiscard]] std::uint64_t torn() const override { return 0; }

private:
    log::test::ScratchDirectory scratch_;
    std::unique_ptr<log::Log> log_;
};

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, OnTheSimulatedBroker) {
    const Story story = story_of(GetParam());
    EXPECT_FALSE(story.title.empty());
    EXPECT_FALSE(story.expectations.empty());
    SimBackend backend{story.history.setup};
    const auto wrong = tell(story, backend);
    EXPECT_TRUE(wrong.empty()) << fmt::format("{}", fmt::join(wrong, "\n"));
}

TEST_P(Scenario, OnTheEmbeddedLog) {
    const Story story = story_of(GetParam());
    if (story.needs_cluster) GTEST_SKIP() << "it asks for what only a cluster has";
    EmbeddedBackend backend;
    const auto wrong = tell(story, backend);
    EXPECT_TRUE(wrong.empty()) << fmt::format("{}", fmt::join(wrong, "\n"));
}

INSTANTIATE_TEST_SUITE_P(Files, Scenario, testing::ValuesIn(files()), [](const auto& file) {
    std::string name = file.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace sluice::sim
