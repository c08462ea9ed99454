#include "rebuild/generations.hpp"

#include <gtest/gtest.h>

namespace sluice::rebuild {
namespace {

Phase phase(const Generations& of, const std::string& name) {
    const Generation* found = of.find(name);
    return found == nullptr ? Phase{} : found->phase;
}

TEST(Generations, TheWayOfARebuild) {
    Generations sales{"sales"};
    EXPECT_EQ(sales.live().name, "sales");
    ASSERT_TRUE(sales.begin("sales2"));
    EXPECT_EQ(phase(sales, "sales2"), Phase::kFilling);
    ASSERT_TRUE(sales.filled("sales2"));
    EXPECT_EQ(sales.live().name, "sales") << "ready is not live";
    ASSERT_TRUE(sales.switch_to("sales2"));
    EXPECT_EQ(sales.live().name, "sales2");
    EXPECT_EQ(phase(sales, "sales"), Phase::kKept);
    ASSERT_TRUE(sales.switch_to("sales")) << "and back";
    EXPECT_EQ(phase(sales, "sales2"), Phase::kKept);
    ASSERT_TRUE(sales.drop("sales2"));
    EXPECT_EQ(phase(sales, "sales2"), Phase::kDropped);
}

TEST(Generations, WhatIsRefusedSaysWhyAndChangesNothing) {
    Generations sales{"sales"};
    ASSERT_TRUE(sales.begin("sales2"));
    const auto before = sales.all();
    const auto refusal = [](const Status& answer) {
        return answer ? std::string{} : answer.error().message;
    };
    EXPECT_EQ(
        refusal(sales.begin("sales2")),
        "sales2 is filling: a rebuild fills a new name; choose another"
    );
    EXPECT_EQ(
        refusal(sales.begin("sales")), "sales is live: a rebuild fills a new name; choose another"
    );
    EXPECT_EQ(refusal(sales.switch_to("sales2")), "sales2 is filling: wait until it has caught up");
    EXPECT_EQ(refusal(sales.switch_to("sales")), "sales is live: nothing is to be switched");
    EXPECT_EQ(refusal(sales.drop("sales")), "sales is live: switch to another one first");
    EXPECT_EQ(refusal(sales.filled("sales")), "sales is live: only one that fills becomes ready");
    for (const std::string name : {"", "sales3"}) {
        EXPECT_EQ(refusal(sales.filled(name)), name + ": there is no such rebuild");
        EXPECT_EQ(refusal(sales.switch_to(name)), name + ": there is no such rebuild");
        EXPECT_EQ(refusal(sales.drop(name)), name + ": there is no such rebuild");
    }
    EXPECT_EQ(sales.all(), before);
}

TEST(Generations, ANameIsUsedOnce) {
    Generations sales{"sales"};
    ASSERT_TRUE(sales.begin("sales2"));
    ASSERT_TRUE(sales.drop("sales2"));
    const Status again = sales.begin("sales2");
    ASSERT_FALSE(again);
    EXPECT_EQ(
        again.error().message, "sales2 is dropped: a rebuild fills a new name; choose another"
    );
    EXPECT_FALSE(sales.switch_to("sales2"));
    EXPECT_FALSE(sales.drop("sales2"));
    EXPECT_FALSE(sales.filled("sales2"));
}

TEST(Generations, NoMoreAreFedThanMayBe) {
    Generations sales{"0"};
    for (std::size_t n = 1; n < Generations::kFedMax; ++n)
        ASSERT_TRUE(sales.begin(std::to_string(n)));
    const Status more = sales.begin("more");
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, ErrorCode::kConflict);
    ASSERT_TRUE(sales.drop("1"));
    EXPECT_TRUE(sales.begin("more"));
}

TEST(Generations, WhatIsStoredMustHaveOneThatIsLive) {
    EXPECT_TRUE(Generations::restore({{"a", Phase::kLive}, {"b", Phase::kKept}}).has_value());
    const std::vector<std::vector<Generation>> broken{
        {},
        {{"a", Phase::kKept}},
        {{"a", Phase::kLive}, {"b", Phase::kLive}},
        {{"a", Phase::kLive}, {"a", Phase::kKept}}};
    for (const auto& one : broken) {
        const auto restored = Generations::restore(one);
        ASSERT_FALSE(restored.has_value());
        EXPECT_EQ(restored.error().code, ErrorCode::kCorrupt);
    }
}

TEST(Generations, PhasesAreStoredByNumber) {
    EXPECT_EQ(phase_of(1).value(), Phase::kFilling);
    EXPECT_EQ(phase_of(2).value(), Phase::kReady);
    EXPECT_EQ(phase_of(3).value(), Phase::kLive);
    EXPECT_EQ(phase_of(4).value(), Phase::kKept);
    EXPECT_EQ(phase_of(5).value(), Phase::kDropped);
    for (const std::int64_t stored : {-1, 0, 6}) EXPECT_FALSE(phase_of(stored).has_value());
    for (std::int64_t stored = 1; stored <= 5; ++stored)
        EXPECT_FALSE(to_string(phase_of(stored).value()).empty());
}

}  // namespace
}  // namespace sluice::rebuild
