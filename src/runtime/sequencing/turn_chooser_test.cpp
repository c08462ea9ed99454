#include "runtime/sequencing/turn_chooser.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace sluice::runtime {
namespace {

constexpr Instant kTurn{1'000'000};

TEST(TurnChooser, NothingWhereNoneHasData) {
    TurnChooser chooser{3};
    EXPECT_EQ(chooser.next(kTurn), std::nullopt);
    chooser.head(1, Instant{5});
    EXPECT_EQ(chooser.next(kTurn), 1U);
    chooser.head(1, std::nullopt);
    EXPECT_EQ(chooser.next(kTurn), std::nullopt);
}

TEST(TurnChooser, SmallestTimeFirst) {
    TurnChooser chooser{3};
    chooser.head(0, Instant{30});
    chooser.head(1, Instant{10});
    chooser.head(2, Instant{20});
    EXPECT_EQ(chooser.next(kTurn), 1U);
    chooser.head(1, Instant{40});
    EXPECT_EQ(chooser.next(kTurn), 2U);
}

TEST(TurnChooser, TimesAheadOfNowAreAllNow) {
    TurnChooser chooser{2};
    chooser.head(0, Instant{kTurn.ms + 1'000'000});
    chooser.head(1, kTurn);
    const auto first = chooser.next(kTurn);
    const auto second = chooser.next(kTurn);
    EXPECT_NE(first, second) << "equal times take turns";
}

TEST(TurnChooser, ARecordDated2099StopsNothing) {
    TurnChooser chooser{2};
    chooser.head(0, Instant{4'070'908'800'000});
    chooser.head(1, Instant{1});
    std::size_t until = 1;
    while (chooser.next(kTurn) != 0U) ++until;
    EXPECT_LE(until, TurnChooser::kTurnsMax);
    EXPECT_GT(until, 8U) << "the old record has the preference";
}

struct Model {
    std::vector<std::optional<Instant>> heads;
    std::vector<std::uint64_t> waited;
};

/// Every partition with data gets its turn within the bound; the choice is else the smallest time.
void check_choice(Model& model, std::size_t chosen, std::size_t bound) {
    ASSERT_TRUE(model.heads[chosen].has_value());
    for (std::size_t i = 0; i < model.heads.size(); ++i) {
        if (!model.heads[i].has_value() || i == chosen) {
            model.waited[i] = 0;
            continue;
        }
        ++model.waited[i];
        ASSERT_LT(model.waited[i], bound) << "partition " << i;
    }
}

TEST(TurnChooserModel, EveryPartitionWithDataGetsItsTurn) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const std::size_t partitions = 1 + random() % 100;
        const std::size_t bound = std::max<std::size_t>(TurnChooser::kTurnsMax, partitions) + 1;
        TurnChooser chooser{partitions};
        Model model{
            std::vector<std::optional<Instant>>(partitions),
            std::vector<std::uint64_t>(partitions, 0)};
        for (int step = 0; step < 500; ++step) {
            const std::size_t changed = random() % partitions;
            const bool has_data = random() % 4 != 0;
            const Instant time{static_cast<std::int64_t>(random() % 3) * kTurn.ms};
            model.heads[changed] = has_data ? std::optional{time} : std::nullopt;
            if (!has_data) model.waited[changed] = 0;
            chooser.head(changed, model.heads[changed]);
            const auto chosen = chooser.next(kTurn);
            const bool any = std::any_of(model.heads.begin(), model.heads.end(), [](const auto& h) {
                return h.has_value();
            });
            ASSERT_EQ(chosen.has_value(), any);
            if (!chosen) continue;
            ASSERT_NO_FATAL_FAILURE(check_choice(model, *chosen, bound));
        }
    }
}

}  // namespace
}  // namespace sluice::runtime
