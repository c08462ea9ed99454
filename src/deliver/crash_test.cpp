#include "base/test_crash_child.hpp"
#include "base/test_seed.hpp"
#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::deliver::test {
namespace {

constexpr std::uint64_t kBatches = 30;

/// The child: delivers batch after batch and notes its progress in a file, until a danger point
/// kills it.
TEST(CrashChild, Run) {
    const char* dir = sluice::test::crash_directory();
    if (dir == nullptr) GTEST_SKIP() << "run by HandlerSinkCrash";
    const std::string progress = std::string{dir} + "/progress";
    std::uint64_t next = 1;
    if (std::ifstream in{progress}; in) in >> next;
    const store::SqliteDatabase database{{std::string{dir} + "/read.db"}};
    const FixedClock clock;
    auto sink = HandlerSink::open(recording_service(), database, clock, {"order", {}});
    ASSERT_TRUE(sink.has_value());
    for (; next <= kBatches; ++next) {
        Work work;
        for (const char* subject : {"a", "b", "c"}) work.run(subject, next, {"done"});
        for (const auto& outcome : sink.value()->deliver(work.runs()))
            ASSERT_EQ(outcome.handled, 1U);
        const std::string written = progress + ".new";
        std::ofstream{written} << next + 1;
        std::filesystem::rename(written, progress);
    }
}

/// History H3 and row 17 of the faults: killed between the commit and the progress, the batch comes
/// again.
TEST(HandlerSinkCrash, KilledAroundCommitsEffectsAreThereOnce) {
#ifndef SLUICE_POINTS
    GTEST_SKIP() << "danger points are compiled out";
#endif
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const sluice::test::TempDir dir;
    int kills = 0;
    for (bool ended = false; !ended; ++kills) {
        const char* point = kills % 2 == 0 ? "deliver.after_commit" : "deliver.before_commit";
        ended = sluice::test::run_crash_child(
            "CrashChild.Run", dir.file(""), fmt::format("{}:{}", point, 1 + random() % 6)
        );
        ASSERT_FALSE(HasFailure());
        ASSERT_LT(kills, 1'000);
    }
    EXPECT_GE(kills, 5);
    auto session = store::SqliteDatabase{{dir.file("read.db")}}.open_session();
    const auto rows = session.value()->query(
        "select subject, position, count(*) from effects group by subject, position order by 1, 2"
    );
    ASSERT_EQ(rows.size(), 3 * kBatches);
    for (const SqlRow& row : rows) EXPECT_EQ(row.integer(2), 1) << row.text(0) << row.integer(1);
}

}  // namespace
}  // namespace sluice::deliver::test
