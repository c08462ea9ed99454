#include "log/kafka/restore_news.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::log::kafka {
namespace {

constexpr std::chrono::milliseconds kAlways{0};

TEST(RestoreProgress, SaysHowFarItIs) {
    std::string said;
    const std::function<void(std::string_view)> notice = [&](std::string_view words) {
        said += words;
    };
    const RestoreNews news{"sequencer.shop", HomeId{3}, notice};
    RestoreProgress progress{news, 40, "MiB", "of its snapshot", kAlways};
    progress.at(7);
    EXPECT_EQ(said, "group sequencer.shop: restoring home 3: 7 of 40 MiB of its snapshot");
}

TEST(RestoreProgress, SaysNothingOfWhatIsDoneSoon) {
    int said = 0;
    const std::function<void(std::string_view)> notice = [&](std::string_view) { ++said; };
    const RestoreNews news{"g", HomeId{0}, notice};
    RestoreProgress progress{news, 40, "MiB", "of its snapshot", std::chrono::hours{1}};
    for (std::uint64_t done = 0; done <= 40; ++done) progress.at(done);
    EXPECT_EQ(said, 0);
}

TEST(RestoreProgress, NeedsNobodyToTell) {
    const std::function<void(std::string_view)> nobody;
    const RestoreNews news{"g", HomeId{0}, nobody};
    RestoreProgress progress{news, 40, "MiB", "of its snapshot", kAlways};
    progress.at(1);
}

}  // namespace
}  // namespace sluice::log::kafka
