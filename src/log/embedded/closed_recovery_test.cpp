// What recovery_test.cpp does to a log that a crash left, done to one that was closed in order.
#include "base/test_seed.hpp"
#include "log/embedded/mark.hpp"
#include "log/embedded/recovery_fixture.hpp"

#include <random>

namespace sluice::log {

namespace {

using test::kPlace;
using test::kRecords;

/// A log that was closed in order: MARK promises the last group.
class ClosedRecovery : public test::Recovery {
protected:
    void SetUp() override {
        Recovery::SetUp();
        mark_store_closed();
    }

    /// As the close left it.
    void mark_store_closed() const {
        Mark mark = read_mark(store_).value().value();
        mark.group = kRecords + 1;
        ASSERT_TRUE(write_mark(store_, mark));
    }
};

TEST_F(ClosedRecovery, AFlippedBitInTheLastGroupIsRefused) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::size_t begin = groups_[kRecords - 1].end;
    for (int round = 0; round < 20 && !HasFailure(); ++round) {
        const std::size_t at = begin + random() % (original_.size() - begin);
        put(flipped(at, static_cast<int>(random() % 8)));
        expect_corrupt("ends at group 12, but group 13 was on disk");
    }
    put(original_);
    EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace), written_);
}

TEST_F(ClosedRecovery, ACutBetweenTwoGroupsIsRefused) {
    // Nothing is unreadable, and without the mark nobody could tell.
    for (const std::size_t kept : {std::size_t{0}, std::size_t{5}, kRecords - 1}) {
        put(std::string_view{original_}.substr(0, groups_[kept].end));
        expect_corrupt(fmt::format("ends at group {}, but group 13", kept + 1));
    }
}

}  // namespace

}  // namespace sluice::log
