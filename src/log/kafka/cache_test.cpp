#include "base/test_seed.hpp"
#include "log/kafka/cache_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>

namespace sluice::log::kafka {
namespace {

class CacheTest : public test::CacheFixture {
protected:
    static StateChange put(std::uint8_t table, std::string key, std::optional<std::string> value) {
        return {HomeId{1}, Table{table}, std::move(key), std::move(value)};
    }
};

TEST_F(CacheTest, ChangesAndMarkAreOneThingAndSurviveClosing) {
    const CacheMark mark{Offset{17}, 3, 3, Instant{99}};
    EXPECT_EQ(cache_->home("g", HomeId{1}).mark().value(), std::nullopt);
    ASSERT_TRUE(cache_->home("g", HomeId{1}).write(std::vector{put(1, "a", "x")}, mark));
    for (int opened = 0; opened < 2; ++opened) {
        EXPECT_EQ(cache_->home("g", HomeId{1}).mark().value(), mark);
        EXPECT_EQ(cache_->home("g", HomeId{1}).get(Table{1}, "a").value(), "x");
        EXPECT_EQ(cache_->home("g", HomeId{1}).get(Table{2}, "a").value(), std::nullopt);
        open();
    }
}

/// They are sorted by key on their way.
TEST_F(CacheTest, OfSeveralChangesOfAKeyTheLastOneHolds) {
    std::vector<StateChange> changes;
    for (int turn = 0; turn < 3; ++turn) {
        for (int key = 99; key >= 0; --key) {
            const bool goes = (key + turn) % 3 == 0;
            std::optional<std::string> value = fmt::format("{}", turn);
            changes.push_back(put(1, fmt::format("{}", key), goes ? std::nullopt : value));
        }
    }
    ASSERT_TRUE(cache_->home("g", HomeId{1}).write(changes, CacheMark{}));
    for (int key = 0; key < 100; ++key) {
        const auto found =
            cache_->home("g", HomeId{1}).get(Table{1}, fmt::format("{}", key)).value();
        EXPECT_EQ(found, (key + 2) % 3 == 0 ? std::nullopt : std::optional<std::string>{"2"});
    }
}

TEST_F(CacheTest, ClearingAHomeLeavesItsNeighbours) {
    for (const auto& [group, home] :
         {std::pair{"g", 255U}, {"g", 256U}, {"g", 0xFFFF'FFFFU}, {"gg", 255U}, {"h", 255U}}) {
        auto at = cache_->home(group, HomeId{home});
        ASSERT_TRUE(at.write(std::vector{put(255, "k", "v")}, CacheMark{}));
    }
    ASSERT_TRUE(cache_->home("g", HomeId{255}).clear());
    EXPECT_EQ(cache_->home("g", HomeId{255}).mark().value(), std::nullopt);
    EXPECT_EQ(cache_->home("g", HomeId{255}).scan(Table{255}, "", 9).value().size(), 0U);
    EXPECT_EQ(cache_->home("g", HomeId{256}).get(Table{255}, "k").value(), "v");
    EXPECT_EQ(cache_->home("gg", HomeId{255}).get(Table{255}, "k").value(), "v");
    ASSERT_TRUE(cache_->home("g", HomeId{0xFFFF'FFFFU}).clear());
    EXPECT_EQ(cache_->home("g", HomeId{0xFFFF'FFFFU}).get(Table{255}, "k").value(), std::nullopt);
    EXPECT_EQ(cache_->home("h", HomeId{255}).get(Table{255}, "k").value(), "v");
}

TEST_F(CacheTest, ADamagedCopyIsThrownAway) {
    ASSERT_TRUE(cache_->home("g", HomeId{1}).write(std::vector{put(1, "a", "x")}, CacheMark{}));
    cache_.reset();
    for (const auto& file : std::filesystem::directory_iterator{directory_}) {
        const std::string name = file.path().filename().string();
        if (name.starts_with("MANIFEST")) std::ofstream{file.path()} << "damage";
    }
    open();
    EXPECT_EQ(cache_->home("g", HomeId{1}).mark().value(), std::nullopt);
}

TEST_F(CacheTest, AnotherProcessIsToldThatItIsTaken) {
    const auto second = Cache::open(directory_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kIo) << second.error().message;
}

TEST_F(CacheTest, EqualsAMap) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::pair<std::uint8_t, std::string>, std::string> reference;
    for (int round = 0; round < 300; ++round) {
        std::vector<StateChange> changes;
        for (std::uint64_t left = random() % 5; left > 0; --left) {
            const auto table = static_cast<std::uint8_t>(1 + random() % 3);
            const std::string key = fmt::to_string(random() % 30);
            std::optional<std::string> value;
            if (random() % 3 != 0) value = fmt::to_string(random());
            reference.erase({table, key});
            if (value) reference[{table, key}] = *value;
            changes.push_back(put(table, key, value));
        }
        ASSERT_TRUE(cache_->home("g", HomeId{1}).write(changes, CacheMark{}));
        if (random() % 50 == 0) open();
        const auto table = static_cast<std::uint8_t>(1 + random() % 3);
        Entries expected;
        for (const auto& [at, value] : reference) {
            if (at.first == table) expected.emplace_back(at.second, value);
        }
        ASSERT_EQ(cache_->home("g", HomeId{1}).scan(Table{table}, "", 100).value(), expected);
    }
}

}  // namespace
}  // namespace sluice::log::kafka
