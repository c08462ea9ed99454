#include "outbox/slot_share.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace sluice::outbox {
namespace {

using Owners = std::map<Slot, RelayId>;

std::vector<SlotOwner> listed(const Owners& owners) {
    std::vector<SlotOwner> all;
    for (const auto& [slot, relay] : owners) all.push_back({slot, relay});
    return all;
}

Owners free_slots(std::uint16_t count) {
    Owners owners;
    for (std::uint16_t slot = 0; slot < count; ++slot) owners[Slot{slot}] = RelayId{};
    return owners;
}

std::size_t count_of(const Owners& owners, RelayId relay) {
    return static_cast<std::size_t>(std::count_if(
        owners.begin(), owners.end(), [relay](const auto& one) { return one.second == relay; }
    ));
}

void carry_out(Owners& owners, const ShareMove& move, RelayId me) {
    for (const Slot slot : move.claim) {
        ASSERT_EQ(owners.at(slot), RelayId{}) << "taken from somebody";
        owners[slot] = me;
    }
    for (const Slot slot : move.release) {
        ASSERT_EQ(owners.at(slot), me) << "given up for somebody else";
        owners[slot] = RelayId{};
    }
}

TEST(SlotShare, ASingleRelayHasThemAll) {
    const ShareMove move = share_slots(listed(free_slots(8)), 1, RelayId{7});
    EXPECT_EQ(move.claim.size(), 8U);
    EXPECT_TRUE(move.release.empty());
}

TEST(SlotShare, ANewcomerGetsNothingUntilSomethingIsGivenUp) {
    Owners owners = free_slots(8);
    carry_out(owners, share_slots(listed(owners), 1, RelayId{1}), RelayId{1});
    EXPECT_TRUE(share_slots(listed(owners), 2, RelayId{2}).claim.empty());
    const ShareMove given = share_slots(listed(owners), 2, RelayId{1});
    EXPECT_EQ(given.release.size(), 4U);
    EXPECT_TRUE(given.claim.empty());
    carry_out(owners, given, RelayId{1});
    EXPECT_EQ(share_slots(listed(owners), 2, RelayId{2}).claim.size(), 4U);
}

TEST(SlotShare, MoreRelaysThanSlotsLeaveSomeWithNone) {
    Owners owners = free_slots(2);
    for (std::int32_t id = 1; id <= 3; ++id) {
        carry_out(owners, share_slots(listed(owners), 3, RelayId{id}), RelayId{id});
    }
    EXPECT_EQ(count_of(owners, RelayId{3}), 0U);
    EXPECT_EQ(count_of(owners, RelayId{}), 0U);
}

/// Relays come and go in any order: when nobody does any more, each slot has one owner after every
/// relay has looked twice, none has more than its share, and then nothing moves.
TEST(SlotShareModel, SharesSettle) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        Owners owners = free_slots(static_cast<std::uint16_t>(random() % 64 + 1));
        std::set<RelayId> living{RelayId{1}};
        std::int32_t last = 1;
        const auto look = [&](RelayId me) {
            carry_out(owners, share_slots(listed(owners), living.size(), me), me);
        };
        for (int step = 0; step < 60; ++step) {
            auto one = living.begin();
            std::advance(one, random() % living.size());
            const RelayId relay = *one;
            const std::uint64_t what = random() % 4;
            if (what == 0) living.insert(RelayId{++last});
            if (what == 1 && living.size() > 1) {
                living.erase(relay);
                for (auto& [slot, owner] : owners) {
                    if (owner == relay) owner = RelayId{};
                }
            }
            if (what >= 2) look(relay);
        }
        for (int twice = 0; twice < 2; ++twice) {
            for (const RelayId relay : living) look(relay);
        }
        ASSERT_EQ(count_of(owners, RelayId{}), 0U);
        const std::size_t share = (owners.size() + living.size() - 1) / living.size();
        const Owners settled = owners;
        for (const RelayId relay : living) {
            ASSERT_LE(count_of(owners, relay), share);
            look(relay);
        }
        ASSERT_EQ(owners, settled);
    }
}

}  // namespace
}  // namespace sluice::outbox
