#include "dispatch/fifo.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>

namespace sluice::dispatch {
namespace {

TEST(Fifo, GivesBackInOrder) {
    Fifo<int> fifo;
    for (int at = 0; at < 5; ++at) fifo.push(at);
    EXPECT_EQ(fifo.front(), 0);
    EXPECT_EQ(fifo.back(), 4);
    EXPECT_EQ(fifo.pop(), 0);
    EXPECT_EQ(fifo.pop(), 1);
    EXPECT_EQ(fifo[0], 2);
    EXPECT_EQ(fifo[2], 4);
    EXPECT_EQ(fifo.size(), 3U);
}

TEST(Fifo, LetsGoOfWhatItGaveBack) {
    Fifo<std::shared_ptr<int>> fifo;
    const auto item = std::make_shared<int>(1);
    for (int at = 0; at < 10; ++at) fifo.push(item);
    for (int at = 0; at < 10; ++at) static_cast<void>(fifo.pop());
    EXPECT_TRUE(fifo.empty());
    EXPECT_EQ(item.use_count(), 1);
}

TEST(FifoModel, AsADequeWhateverComes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 50; ++round) {
        Fifo<std::uint64_t> fifo;
        std::deque<std::uint64_t> reference;
        const std::uint64_t pushes_percent = 30 + random() % 50;
        for (int move = 0; move < 1'000; ++move) {
            if (reference.empty() || random() % 100 < pushes_percent) {
                reference.push_back(random());
                fifo.push(reference.back());
            } else {
                ASSERT_EQ(fifo.pop(), reference.front());
                reference.pop_front();
            }
            ASSERT_EQ(fifo.size(), reference.size());
            if (reference.empty()) continue;
            ASSERT_EQ(fifo.front(), reference.front());
            ASSERT_EQ(fifo.back(), reference.back());
            const std::size_t at = random() % reference.size();
            ASSERT_EQ(fifo[at], reference[at]);
        }
    }
}

TEST(FifoDeathTest, TakingFromAnEmptyOneIsOurBug) {
    Fifo<int> fifo;
    EXPECT_DEATH(static_cast<void>(fifo.pop()), "empty");
}

}  // namespace
}  // namespace sluice::dispatch
