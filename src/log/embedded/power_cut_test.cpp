// Rows 2 and 4 of docs/architecture/faults.md: the power goes at any change of the disk. What was
// not synced is lost, in part or whole, and names that were not synced with it.
#include "base/test_seed.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/open.hpp"
#include "log/embedded/test_history.hpp"
#include "log/embedded/test_power.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::log {

namespace {

class PowerCut : public testing::Test {
protected:
    /// Acts until the power goes, some changes from now, and loses what was not synced.
    void act_until_cut(test::History& history, std::uint64_t changes, std::uint64_t seed) {
        const auto files = std::make_shared<test::PowerCutFileSystem>(seed);
        const auto env = test::power_env(files);
        files->cut_at(changes);
        {
            const auto opened = open_embedded_on(env.get(), options_);
            if (opened && history.open(**opened)) {
                while (history.act()) continue;
            }
            EXPECT_TRUE(files->is_cut()) << (opened ? "" : opened.error().message);
            history.close();
            keep_mark();
        }
        put_mark_back();
        files->lose();
    }

    /// What closing in order writes is not there after a power cut.
    void keep_mark() {
        mark_ = std::filesystem::exists(mark_path()) ? read_file(mark_path()).value() : "";
    }

    void put_mark_back() const {
        std::filesystem::remove(mark_path());
        if (mark_.empty()) return;
        ASSERT_TRUE(write_file_durably(mark_path(), mark_));
    }

    [[nodiscard]] std::filesystem::path mark_path() const { return options_.directory / "MARK"; }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
    std::string mark_;
};

TEST_F(PowerCut, LosesNothingThatWasAcknowledged) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    test::History history;
    std::uint64_t torn = 0;
    const int rounds = test::rounds("SLUICE_CUTS", 60);
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        if (round % 50 == 0) {  // afresh: the first opening is cut as well
            std::filesystem::remove_all(options_.directory);
            history = test::History{};
        }
        const std::uint64_t changes = 1 + random() % 90;
        SCOPED_TRACE(fmt::format("round {}, cut at change {}", round, changes));
        act_until_cut(history, changes, random());
        const auto opened = open_embedded(options_);
        ASSERT_TRUE(opened) << opened.error().message;
        history.check(**opened);
        torn += opened.value()->report().torn_bytes > 0 ? 1 : 0;
    }
    EXPECT_GT(torn, 0U) << "the power was never cut in the middle of a group";
}

TEST_F(PowerCut, InTheWeakerModeLosesAnEndAndSaysSoBefore) {
    options_.durability = Durability::kProcessCrash;
    const auto files = std::make_shared<test::PowerCutFileSystem>(1);
    const auto env = test::power_env(files);
    {
        const auto opened = open_embedded_on(env.get(), options_);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened.value()->report().warnings.size(), 1U);
        test::History history;
        ASSERT_TRUE(history.open(**opened));
        for (int i = 0; i < 20; ++i) ASSERT_TRUE(history.act());
        history.close();
        files->cut();
    }
    files->lose([](const std::string&, std::uint64_t) { return false; });
    const auto opened = open_embedded(options_);
    ASSERT_TRUE(opened) << opened.error().message;
    const auto topics = opened.value()->topics();
    EXPECT_TRUE(topics.value().empty()) << "nothing was synced, so nothing can be there";
}

}  // namespace

}  // namespace sluice::log
