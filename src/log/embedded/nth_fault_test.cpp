// Rows 3 and 8 of docs/architecture/faults.md, for every place at once: the nth change of the disk
// fails, whichever it is: of the write-ahead log, of a table, of the manifest, a new file, a
// rename.
#include "base/test_seed.hpp"
#include "log/embedded/open.hpp"
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_history.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace sluice::log {

namespace {

using Kind = test::Faults::Kind;

constexpr int kOpenings = 5;  // enough tables for a compaction
constexpr int kActs = 9;

/// A log on a disk of its own: opens, acts, closes, some times over.
class Trial {
public:
    Trial(Kind kind, bool lasts, std::uint64_t fail_at) {
        faults_.fail_with = kind;
        faults_.lasts = lasts;
        faults_.fail_at = fail_at;
    }

    /// Ends at the first refusal that only a restart clears.
    void go() {
        for (int opening = 0; opening < kOpenings; ++opening) {
            const auto opened = open_embedded_on(env_.get(), options_);
            if (!opened) return expect_told(opened.error());
            const Status begun = history_.open(**opened);
            for (int act = 0; begun && act < kActs; ++act) {
                const Status done = history_.act();
                if (done) continue;
                expect_told(done.error());
                if (done.error().code == ErrorCode::kIo) return expect_over(**opened);
            }
            history_.close();
            if (!begun) return expect_told(begun.error());
        }
    }

    /// The disk is well again: what was acknowledged is there, and the log goes on.
    void expect_nothing_lost() {
        faults_.fail_at = 0;
        for (int opening = 0; opening < 2; ++opening) {
            const auto opened = open_embedded_on(env_.get(), options_);
            ASSERT_TRUE(opened) << opened.error().message;
            history_.check(**opened);
            ASSERT_TRUE(history_.open(**opened));
            for (int act = 0; act < kActs; ++act) ASSERT_TRUE(history_.act());
            history_.check(**opened);
            history_.close();
        }
    }

    /// So far.
    [[nodiscard]] std::uint64_t changes() const { return faults_.operations; }

private:
    void expect_told(const Error& error) const {
        const bool full = error.code == ErrorCode::kFull;
        EXPECT_TRUE(full || error.code == ErrorCode::kIo) << error.message;
        EXPECT_FALSE(full && faults_.fail_with == Kind::kIo) << error.message;
    }

    /// Nothing after the first error says that it was written.
    void expect_over(const Log& log) {
        EXPECT_EQ(history_.act().error().code, ErrorCode::kIo);
        EXPECT_EQ(log.topics().error().code, ErrorCode::kIo);
        history_.close();
    }

    test::Faults faults_;
    std::unique_ptr<rocksdb::Env> env_{test::faulty_env(faults_)};
    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
    test::History history_;
};

struct FaultCase {
    const char* name;
    Kind kind;
    bool lasts;  ///< everything behind it fails too
};

class NthFault : public testing::TestWithParam<FaultCase> {};

TEST_P(NthFault, LosesNothingThatWasAcknowledged) {
    Trial whole{Kind::kNone, false, 0};
    whole.go();
    const std::uint64_t changes = whole.changes();
    ASSERT_GT(changes, 100U);
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = test::rounds("SLUICE_FAULTS", 8); round > 0 && !HasFailure(); --round) {
        const std::uint64_t nth = 1 + random() % changes;
        SCOPED_TRACE(fmt::format("change {} of {} fails", nth, changes));
        Trial trial{GetParam().kind, GetParam().lasts, nth};
        trial.go();
        trial.expect_nothing_lost();
    }
}

INSTANTIATE_TEST_SUITE_P(
    ,
    NthFault,
    testing::Values(
        FaultCase{"AnErrorOnce", Kind::kIo, false},
        FaultCase{"AnErrorFromThenOn", Kind::kIo, true},
        FaultCase{"NoSpaceOnce", Kind::kNoSpace, false},
        FaultCase{"NoSpaceFromThenOn", Kind::kNoSpace, true}
    ),
    [](const auto& one) { return one.param.name; }
);

}  // namespace

}  // namespace sluice::log
