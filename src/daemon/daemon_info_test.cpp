#include "daemon/daemon_info.hpp"

#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <unistd.h>

namespace sluice::daemon {
namespace {

class DaemonInfoTest : public testing::Test {
protected:
    void put(const std::string& text) {
        ASSERT_TRUE(log::write_file_durably(data() / "daemon.json", text));
    }

    [[nodiscard]] const std::filesystem::path& data() const { return scratch_.path(); }

    [[nodiscard]] bool is_there() const { return std::filesystem::exists(data() / "daemon.json"); }

    static DaemonInfo ours() {
        return {::getpid(), {"127.0.0.1", 8480}, {"127.0.0.1", 8481}, "1.2.3"};
    }

private:
    log::test::ScratchDirectory scratch_;
};

TEST_F(DaemonInfoTest, FindsWhatWasWritten) {
    EXPECT_FALSE(find_daemon(data()).has_value());
    ASSERT_TRUE(write_info(data(), ours()));
    EXPECT_EQ(find_daemon(data()), ours());
}

TEST_F(DaemonInfoTest, AWriteReplacesAndLeavesNothingBeside) {
    put(std::string(10'000, 'x'));
    ASSERT_TRUE(write_info(data(), ours()));
    EXPECT_EQ(find_daemon(data()), ours());
    for (const auto& entry : std::filesystem::directory_iterator{data()}) {
        EXPECT_EQ(entry.path().filename(), "daemon.json");
    }
}

TEST_F(DaemonInfoTest, ADaemonThatHasGoneIsNotFound) {
    DaemonInfo gone = ours();
    gone.pid = std::numeric_limits<std::int32_t>::max();  // beyond the kernel's largest pid, 2^22
    ASSERT_TRUE(write_info(data(), gone));
    EXPECT_FALSE(find_daemon(data()).has_value());
    EXPECT_TRUE(is_there());
    constexpr std::int64_t kWraps = std::int64_t{1} << 32;  // what a narrower number would lose
    for (const std::int64_t pid :
         {std::int64_t{0},
          std::int64_t{-1},
          kWraps + ::getpid(),
          ::getpid() - kWraps,
          std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        gone.pid = pid;
        ASSERT_TRUE(write_info(data(), gone));
        EXPECT_FALSE(find_daemon(data()).has_value()) << pid;
    }
}

TEST_F(DaemonInfoTest, RemovesOnlyItsOwn) {
    DaemonInfo other = ours();
    other.api.port = 9;
    ASSERT_TRUE(write_info(data(), other));
    remove_info(data(), ours());
    EXPECT_TRUE(is_there());
    remove_info(data(), other);
    EXPECT_FALSE(is_there());
    remove_info(data(), other);  // again: nothing happens
}

TEST_F(DaemonInfoTest, WhatCannotBeReadIsNoDaemon) {
    const std::string pid = std::to_string(::getpid());
    const std::string good =
        R"({"pid":)" + pid + R"(,"api":"127.0.0.1:1","management":"127.0.0.1:2"})";
    put(good);
    ASSERT_TRUE(find_daemon(data()).has_value());
    EXPECT_EQ(find_daemon(data())->version, "");
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        put(good.substr(0, cut));
        EXPECT_FALSE(find_daemon(data()).has_value()) << good.substr(0, cut);
    }
    for (const std::string& bad :
         {R"({"pid":"1","api":"127.0.0.1:1","management":"127.0.0.1:2"})" + std::string{},
          R"({"pid":)" + pid + R"(,"api":7,"management":"127.0.0.1:2"})",
          R"({"pid":)" + pid + R"(,"api":"nowhere","management":"127.0.0.1:2"})",
          R"({"pid":)" + pid + R"(,"api":"127.0.0.1:1"})",
          std::string{"[1]"}}) {
        put(bad);
        EXPECT_FALSE(find_daemon(data()).has_value()) << bad;
    }
}

}  // namespace
}  // namespace sluice::daemon
