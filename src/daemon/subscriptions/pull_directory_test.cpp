#include "daemon/subscriptions/pull_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace sluice::daemon {
namespace {

using deliver::pull::Ask;
using deliver::pull::PullSink;

PullDirectory::SinkPtr sink() {
    return std::make_shared<PullSink>(PullSink::Options{});
}

TEST(PullDirectory, FindsByNameAndWhereNeededByDomain) {
    PullDirectory directory;
    const auto one = sink();
    directory.add("shop", "a", one);
    directory.add("shop", "b", sink());
    directory.add("depot", "b", sink());
    EXPECT_EQ(directory.find("a", "")->sink, one);
    EXPECT_EQ(directory.find("a", "")->domain, "shop");
    EXPECT_EQ(directory.find("b", "").error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(directory.find("b", "depot")->domain, "depot");
    EXPECT_EQ(directory.find("a", "depot").error().code, ErrorCode::kNotFound);
}

/// A client that waits in it gets an answer at once, and holds what it has found.
template <class Change>
void expect_ends(const Change& change) {
    PullDirectory directory;
    directory.add("shop", "a", sink());
    const auto found = directory.find("a", "");
    ASSERT_TRUE(found);
    std::jthread client{[&found] {
        const auto begun = std::chrono::steady_clock::now();
        EXPECT_TRUE(found->sink->pull(Ask{}, Milliseconds{60'000}).empty());
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{30});
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    change(directory);
}

TEST(PullDirectory, WhoWaitsInOneThatGoesOrIsReplacedWaitsNoMore) {
    expect_ends([](PullDirectory& directory) {
        directory.remove("shop", "a");
        EXPECT_FALSE(directory.find("a", ""));
        directory.remove("shop", "a");
    });
    expect_ends([](PullDirectory& directory) {
        const auto another = sink();
        directory.add("shop", "a", another);
        EXPECT_EQ(directory.find("a", "")->sink, another);
    });
    expect_ends([](PullDirectory& directory) { directory.close(); });
}

TEST(PullDirectory, OneThatComesAfterTheCloseIsClosed) {
    PullDirectory directory;
    directory.close();
    directory.add("shop", "a", sink());
    EXPECT_TRUE(directory.find("a", "")->sink->pull(Ask{}, Milliseconds{60'000}).empty());
}

}  // namespace
}  // namespace sluice::daemon
