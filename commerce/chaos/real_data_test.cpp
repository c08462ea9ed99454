#include "commerce/chaos/early.hpp"
#include "commerce/chaos/plan.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

TEST(ChaosOnRealData, EnoughComesEarlyForEverySeed) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData raw = load_raw(*real).value();
    const Additions additions = make_additions(raw, 1).value();
    const Publications published{raw, additions};
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const EarlyCounts counts = count_early(published, ChaosPlan{published, seed}.deliveries());
        const Status status = check_early(counts);
        EXPECT_TRUE(status.has_value()) << "seed " << seed << ": " << status.error().message;
        RecordProperty(
            "early_deliveries_" + std::to_string(seed), static_cast<int>(counts.early_deliveries)
        );
    }
}

}  // namespace
}  // namespace sluice::commerce
