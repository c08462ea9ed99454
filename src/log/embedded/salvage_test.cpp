#include "log/embedded/salvage.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/recovery_fixture.hpp"
#include "log/embedded/test_contents.hpp"
#include "log/embedded/test_history.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::log {

namespace {

using test::kPlace;
using test::kRecords;
using Names = std::vector<std::string>;

/// The fixture's log: group 1 makes the topic, groups 2 to 13 append a record each.
class SalvageTest : public test::Recovery {
protected:
    void expect_refused() const {
        const auto opened = open_embedded(options_);
        ASSERT_FALSE(opened.has_value());
        ASSERT_EQ(opened.error().code, ErrorCode::kCorrupt) << opened.error().message;
    }

    Salvage salvaged() const {
        auto done = salvage(options_);
        EXPECT_TRUE(done.has_value()) << done.error().message;
        return done.has_value() ? std::move(done.value()) : Salvage{};
    }

    /// The first records are there, the log goes on behind them, also after a restart.
    void expect_goes_on_behind(std::size_t records) const {
        auto log = test::open_or_fail(options_);
        EXPECT_EQ(test::texts(*log, kPlace), first(records));
        ASSERT_TRUE(test::publish_text(*log, kPlace, "next"));
        log.reset();
        log = test::open_or_fail(options_);
        EXPECT_EQ(test::texts(*log, kPlace).size(), records + 1);
    }
};

TEST_F(SalvageTest, KeepsWhatStandsBeforeADamagedGroup) {
    put(flipped(groups_[4].end + 20, 3));  // in group 6: the topic and four records stand before it
    expect_refused();
    const Salvage done = salvaged();
    EXPECT_EQ(done.kept_group, 5U);
    EXPECT_EQ(done.lost_readable, kRecords + 1 - 6);
    EXPECT_EQ(done.last_readable, kRecords + 1);
    EXPECT_EQ(done.last_lost(), kRecords + 1);
    EXPECT_EQ(done.lost_bytes, original_.size() - groups_[4].end);
    EXPECT_EQ(
        done.changes,
        Names{fmt::format(
            "{}: cut from {} to {} bytes",
            wal_.filename().string(),
            original_.size(),
            groups_[4].end
        )}
    );
    expect_goes_on_behind(4);
}

TEST_F(SalvageTest, TheRefusedFilesAreKeptAsTheyWere) {
    put(flipped(groups_[4].end + 20, 3));
    const auto before = files();
    const std::string mark = read_file(mark_).value();
    const Salvage done = salvaged();
    EXPECT_EQ(done.refused, options_.directory / "refused-1");
    for (const auto& [name, bytes] : before) {
        EXPECT_EQ(read_file(done.refused / "store" / name).value(), bytes) << name;
    }
    EXPECT_EQ(read_file(done.refused / "MARK").value(), mark);
    EXPECT_EQ(salvaged().refused, options_.directory / "refused-2") << "never over an earlier one";
}

TEST_F(SalvageTest, APlanChangesNothing) {
    put(flipped(groups_[4].end + 20, 3));
    const auto before = test::files_below(options_.directory);
    const auto plan = plan_salvage(options_);
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    EXPECT_EQ(plan.value().kept_group, 5U);
    EXPECT_TRUE(plan.value().refused.empty());
    EXPECT_EQ(test::files_below(options_.directory), before);
}

TEST_F(SalvageTest, AMissingWriteAheadLogLeavesWhatTheTablesHold) {
    {
        auto log = test::open_or_fail(options_);  // flushes what it replays
        ASSERT_TRUE(test::publish_text(*log, kPlace, "lost"));
    }
    for (const WalFile& file : wal_files(store_)) std::filesystem::remove(file.path);
    expect_refused();
    const Salvage done = salvaged();
    EXPECT_EQ(done.kept_group, kRecords + 1);
    EXPECT_EQ(done.promised_group, kRecords + 2);
    EXPECT_EQ(done.last_lost(), kRecords + 2) << "the close had marked it";
    EXPECT_EQ(done.lost_readable, 0U);
    expect_goes_on_behind(kRecords);
}

TEST_F(SalvageTest, AGroupThatWasCutOutEndsWhatIsKept) {
    std::string bytes = original_;
    bytes.erase(groups_[3].end, groups_[4].end - groups_[3].end);
    put(bytes);
    expect_refused();
    EXPECT_EQ(salvaged().kept_group, 4U);
    expect_goes_on_behind(3);
}

TEST_F(SalvageTest, ADamagedMarkLosesNothing) {
    ASSERT_TRUE(write_file_durably(mark_, "no mark"));
    expect_refused();
    const Salvage done = salvaged();
    EXPECT_EQ(done.kept_group, kRecords + 1);
    EXPECT_EQ(done.last_lost(), 0U);
    EXPECT_TRUE(done.changes.empty());
    expect_goes_on_behind(kRecords);
}

class SalvageOf : public SalvageTest, public testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Tables, SalvageOf, testing::Values(".sst", ".blob"));

TEST_P(SalvageOf, ADamagedTableIsNothingToBeginWith) {
    const std::string large(2'000, 'x');  // goes into a blob
    ASSERT_TRUE(test::publish_text(*test::open_or_fail(options_), kPlace, large));
    static_cast<void>(test::open_or_fail(options_));  // there are tables now
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator{store_}) {
        if (entry.path().extension() != GetParam()) continue;
        std::string bytes = read_file(entry.path()).value();
        bytes[bytes.size() / 3] ^= 1;
        ASSERT_TRUE(write_file_durably(entry.path(), bytes));
        ++damaged;
    }
    ASSERT_GT(damaged, 0);
    const auto before = test::files_below(options_.directory);
    const auto done = salvage(options_);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::kCorrupt) << done.error().message;
    EXPECT_EQ(test::files_below(options_.directory), before);
}

TEST_F(SalvageTest, AListOfTablesThatLostItsEndIsNothingToBeginWith) {
    static_cast<void>(test::open_or_fail(options_));  // there are tables now
    for (const auto& entry : std::filesystem::directory_iterator{store_}) {
        if (!entry.path().filename().string().starts_with("MANIFEST")) continue;
        ASSERT_TRUE(truncate_durably(entry.path(), entry.file_size() * 3 / 4));
    }
    expect_refused();
    const auto before = test::files_below(options_.directory);
    const auto done = salvage(options_);
    ASSERT_FALSE(done.has_value());
    EXPECT_NE(done.error().message.find("MANIFEST"), std::string::npos) << done.error().message;
    EXPECT_EQ(test::files_below(options_.directory), before);
}

TEST_F(SalvageTest, ALogThatIsInUseIsLeftAlone) {
    const auto log = test::open_or_fail(options_);
    const auto done = salvage(options_);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
}

TEST_F(SalvageTest, ADirectoryWithoutALogIsTold) {
    EmbeddedOptions options = options_;
    options.directory = scratch_.path() / "empty";
    std::filesystem::create_directory(options.directory);
    const auto done = salvage(options);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
}

// ---- model ------------------------------------------------------------------------------------

using Random = std::mt19937_64;

/// Publishes and steps over some openings; what the last one wrote lies in the write-ahead log.
void write_history(const EmbeddedOptions& options, Random& random) {
    test::History history;
    for (int opening = 0; opening < 3; ++opening) {
        const auto log = test::open_or_fail(options);
        ASSERT_TRUE(history.open(*log));
        const auto operations = 3 + random() % 12;
        for (std::uint64_t i = 0; i < operations; ++i) ASSERT_TRUE(history.act());
        history.close();
    }
}

/// Flips a bit of one file, cuts it short, or removes it; answers what was done.
std::string damage_one(const std::filesystem::path& directory, Random& random) {
    const auto files = test::files_below(directory);
    auto chosen = files.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(random() % files.size()));
    const auto& [name, bytes] = *chosen;
    const std::filesystem::path path = directory / name;
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    switch (bytes.empty() ? 2 : random() % 3) {
        case 0: {
            std::string flipped = bytes;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << random() % 8));
            EXPECT_TRUE(write_file_durably(path, flipped));
            return fmt::format("{}: a bit of byte {} of {}", name, at, bytes.size());
        }
        case 1:
            EXPECT_TRUE(truncate_durably(path, at));
            return fmt::format("{}: cut from {} to {}", name, bytes.size(), at);
        default: std::filesystem::remove(path); return fmt::format("{}: removed", name);
    }
}

/// Whatever was done to one file of a log that is then refused: salvage keeps a beginning of its
/// history, each operation whole, with which the log goes on; or it says no and changes nothing.
TEST(SalvageModel, KeepsABeginningOfTheHistoryOrChangesNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    // Most damage is to tables and refused: rounds go on until some was salvaged, too.
    constexpr int kTries = 20;
    const int rounds = test::rounds("SLUICE_FLIPS", 25);
    int kept = 0;
    for (int round = 0; (round < rounds || kept == 0) && round < kTries * rounds; ++round) {
        if (testing::Test::HasFailure()) return;
        const test::ScratchDirectory scratch;
        const EmbeddedOptions options = test::test_options(scratch.path() / "log");
        ASSERT_NO_FATAL_FAILURE(write_history(options, random));
        SCOPED_TRACE(damage_one(options.directory, random));
        if (open_embedded(options).has_value()) continue;
        const auto before = test::files_below(options.directory);
        const auto done = salvage(options);
        if (!done) {
            EXPECT_EQ(test::files_below(options.directory), before) << done.error().message;
            continue;
        }
        ++kept;
        for (int opening = 0; opening < 2; ++opening) {
            const auto log = test::open_or_fail(options);
            ASSERT_NE(log, nullptr);
            if (opening == 0) {
                EXPECT_EQ(log->report().last_group, done.value().kept_group);
            }
            test::History history;
            const Status begun = history.open(*log);
            ASSERT_TRUE(begun) << begun.error().message;
            for (int i = 0; i < 4; ++i) ASSERT_TRUE(history.act());
            ASSERT_NO_FATAL_FAILURE(history.check(*log));
            history.close();
        }
    }
    EXPECT_GT(kept, 0) << "nothing was put to the test";
}

}  // namespace

}  // namespace sluice::log
