#include "dispatch/done_offsets.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <set>

namespace sluice::dispatch {
namespace {

TEST(DoneOffsets, RangesJoinOnBothSides) {
    DoneOffsets done{Progress{Offset{10}, {}}};
    for (const int at : {12, 14, 13, 16}) done.add(Offset{at});
    EXPECT_EQ(
        done.progress(),
        (Progress{Offset{10}, {{Offset{12}, Offset{15}}, {Offset{16}, Offset{17}}}})
    );
    done.add(Offset{15});
    done.add(Offset{11});
    EXPECT_EQ(done.progress(), (Progress{Offset{10}, {{Offset{11}, Offset{17}}}}));
    done.add(Offset{10});
    EXPECT_EQ(done.progress(), (Progress{Offset{17}, {}}));
}

TEST(DoneOffsets, RestoresWhatItTold) {
    const Progress progress{Offset{3}, {{Offset{5}, Offset{7}}, {Offset{9}, Offset{10}}}};
    const DoneOffsets done{progress};
    EXPECT_EQ(done.progress(), progress);
    EXPECT_EQ(done.end(), Offset{10});
    EXPECT_TRUE(done.contains(Offset{2}));
    EXPECT_FALSE(done.contains(Offset{4}));
    EXPECT_TRUE(done.contains(Offset{6}));
    EXPECT_FALSE(done.contains(Offset{7}));
    EXPECT_FALSE(done.contains(Offset{10}));
}

TEST(DoneOffsets, FromTheFirstToTheLastOffset) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max() - 1;
    DoneOffsets done{Progress{Offset{kLast - 1}, {}}};
    done.add(Offset{kLast});
    EXPECT_EQ(done.end(), Offset{kLast + 1});
    done.add(Offset{kLast - 1});
    EXPECT_EQ(done.next(), Offset{kLast + 1});
    EXPECT_TRUE(done.contains(Offset{0}));
    EXPECT_FALSE(DoneOffsets{Progress{}}.contains(Offset{0}));
}

TEST(DoneOffsets, EveryOtherOneIsARangeOfItsOwnUntilTheGapsClose) {
    DoneOffsets done{Progress{}};
    for (std::int64_t at = 1; at < 1'000; at += 2) done.add(Offset{at});
    EXPECT_EQ(done.progress().done_above.size(), 500U);
    for (std::int64_t at = 998; at >= 0; at -= 2) done.add(Offset{at});
    EXPECT_EQ(done.progress(), (Progress{Offset{1'000}, {}}));
}

TEST(DoneOffsetsModel, AnyOrderAgainstASet) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 50; ++round) {
        std::vector<std::int64_t> order(200);
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        std::set<std::int64_t> reference;
        DoneOffsets done{Progress{}};
        for (const std::int64_t offset : order) {
            done.add(Offset{offset});
            reference.insert(offset);
            std::int64_t next = 0;
            while (reference.contains(next)) ++next;
            ASSERT_EQ(done.next(), Offset{next});
            const auto probe = static_cast<std::int64_t>(random() % 200);
            ASSERT_EQ(done.contains(Offset{probe}), reference.contains(probe));
            const DoneOffsets copy{done.progress()};
            ASSERT_EQ(copy.progress(), done.progress());
        }
        ASSERT_EQ(done.progress(), (Progress{Offset{200}, {}}));
    }
}

TEST(DoneOffsetsDeathTest, DoneTwiceIsOurBug) {
    DoneOffsets done{Progress{}};
    done.add(Offset{5});
    EXPECT_DEATH(done.add(Offset{5}), "before->second <= offset");
    DoneOffsets further{Progress{Offset{7}, {{Offset{9}, Offset{12}}}}};
    EXPECT_DEATH(further.add(Offset{6}), "offset >= next_");
    EXPECT_DEATH(further.add(Offset{10}), "before->second <= offset");
}

}  // namespace
}  // namespace sluice::dispatch
