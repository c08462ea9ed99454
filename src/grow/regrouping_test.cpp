#include "grow/regrouping.hpp"

#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sluice::grow {
namespace {

using dispatch::Progress;

TEST(Regrouping, WhatWasDoneIsDoneAndNothingElse) {
    // One home becomes one home: offsets move by two, and progress with them.
    Progress before{Offset{11}, {{Offset{12}, Offset{14}}}};
    Regrouping all{1, 1, {Offset{2}}, {{before}}};
    for (std::int64_t at = 10; at < 16; ++at) {
        const Place placed = all.place(HomeId{0}, Offset{at}, "s");
        EXPECT_EQ(placed.offset.value, at - 8);
    }
    const Progress after{Offset{3}, {{Offset{4}, Offset{6}}}};
    EXPECT_EQ(all.progress(0, HomeId{0}), after);
    EXPECT_EQ(all.end(HomeId{0}), Offset{8});
}

TEST(Regrouping, ASubscriptionThatHasNotBegunHasDoneNothing) {
    Regrouping all{1, 1, {Offset{0}}, {{std::nullopt}}};
    static_cast<void>(all.place(HomeId{0}, Offset{0}, "s"));
    EXPECT_EQ(all.progress(0, HomeId{0}), (Progress{Offset{0}, {}}));
}

TEST(Regrouping, OffsetsOfNoRecordsLeaveNoHole) {
    Progress before{Offset{7}, {}};
    Regrouping all{1, 1, {Offset{0}}, {{before}}};
    for (const std::int64_t at : {0, 3, 6, 9}) {
        static_cast<void>(all.place(HomeId{0}, Offset{at}, "s"));
    }
    EXPECT_EQ(all.end(HomeId{0}), Offset{4});
    EXPECT_EQ(all.progress(0, HomeId{0}), (Progress{Offset{3}, {}}));
}

TEST(Regrouping, HeirsAreAllHomesThatASubjectMayHaveAndNoOther) {
    for (const auto& [before, after] : {std::pair{4U, 8U}, {4U, 6U}, {3U, 7U}, {1U, 5U}}) {
        std::vector<std::vector<HomeId>> seen(before);
        for (int i = 0; i < 4'000; ++i) {
            const std::string subject = "s" + std::to_string(i);
            auto& heirs = seen[home_of(subject, before).value];
            const HomeId heir = home_of(subject, after);
            if (std::find(heirs.begin(), heirs.end(), heir) == heirs.end()) heirs.push_back(heir);
        }
        for (HomeId home{0}; home.value < before; home = home.next()) {
            std::sort(seen[home.value].begin(), seen[home.value].end());
            EXPECT_EQ(heirs_of(home, before, after), seen[home.value]) << before << "→" << after;
        }
    }
}

}  // namespace
}  // namespace sluice::grow
