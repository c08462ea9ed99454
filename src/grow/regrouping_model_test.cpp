#include "base/hash.hpp"
#include "base/test_seed.hpp"
#include "dispatch/done_offsets.hpp"
#include "grow/interleaving.hpp"
#include "grow/regrouping.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::grow {
namespace {

/// Old homes with records of random subjects, and subscriptions that have done random ones.
class Before {
public:
    explicit Before(std::mt19937_64& random) : random_{random} {
        homes_ = 1 + pick(6);
        records_.resize(homes_);
        for (std::size_t i = 0, all = pick(300); i < all; ++i) {
            const std::string subject = fmt::format("s{}", pick(20));
            auto& home = records_[home_of(subject, homes_).value];
            const std::int64_t at = home.empty() ? pick(50) : home.back().at.value + 1;
            home.push_back({Offset{at}, subject, Instant{static_cast<std::int64_t>(pick(5'000))}});
        }
        for (std::size_t i = 0, all = pick(4); i < all; ++i) add_subscription();
    }

    struct Record {
        Offset at;
        std::string subject;
        Instant released_at;
    };

    /// (subject, old offset): what a subscription has not done, per subject in order.
    using Undone = std::vector<std::pair<std::string, Offset>>;

    std::uint32_t homes_{};
    std::vector<std::vector<Record>> records_;  ///< by old home
    std::vector<DoneBefore> done_;              ///< by subscription
    std::vector<std::map<std::string, std::vector<Offset>>> undone_;

    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }

private:
    void add_subscription() {
        DoneBefore& before = done_.emplace_back();
        auto& undone = undone_.emplace_back();
        const std::uint32_t percent = pick(101);
        for (const auto& home : records_) {
            const bool begun = pick(5) > 0;
            dispatch::DoneOffsets done{{home.empty() ? Offset{pick(9)} : home.front().at, {}}};
            for (const Record& record : home) {
                if (begun && pick(100) < percent) {
                    done.add(record.at);
                } else {
                    undone[record.subject].push_back(record.at);
                }
            }
            before.push_back(begun ? std::optional{done.progress()} : std::nullopt);
        }
    }

    std::mt19937_64& random_;
};

bool contains(const dispatch::Progress& progress, Offset at) {
    return dispatch::DoneOffsets{progress}.contains(at) || at < progress.next;
}

TEST(RegroupingModel, EverySubscriptionHasTheSameLeftInTheSameOrder) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(fmt::format("rerun with SLUICE_SEED={}", seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        Before before{random};
        const std::uint32_t homes = before.homes_ + before.pick(7);
        std::vector<Offset> first(homes, Offset{before.pick(3)});
        Regrouping all{before.homes_, homes, first, before.done_};
        Interleaving order{before.homes_, Milliseconds{1 + before.pick(900)}};
        std::vector<std::size_t> next(before.homes_);
        const auto offer = [&](HomeId home) {
            const auto& records = before.records_[home.value];
            if (next[home.value] == records.size()) return;
            order.offer(home, records[next[home.value]].released_at);
        };
        for (HomeId home{0}; home.value < before.homes_; home = home.next()) offer(home);
        // As a subscription will read it: new homes, each in its order.
        std::vector<std::vector<std::pair<std::string, Offset>>> after(homes);
        while (const auto home = order.take()) {
            const auto& record = before.records_[home->value][next[home->value]++];
            const Place placed = all.place(*home, record.at, record.subject);
            auto& there = after[placed.home.value];
            ASSERT_EQ(placed.home, home_of(record.subject, homes));
            ASSERT_EQ(placed.offset.value, first[0].value + std::ssize(there));
            there.emplace_back(record.subject, record.at);
            offer(*home);
        }
        for (std::size_t i = 0; i < before.done_.size(); ++i) {
            std::map<std::string, std::vector<Offset>> undone;
            for (HomeId home{0}; home.value < homes; home = home.next()) {
                Offset at = first[home.value];
                for (const auto& [subject, had] : after[home.value]) {
                    if (!contains(all.progress(i, home), at)) undone[subject].push_back(had);
                    at = at.next();
                }
                ASSERT_EQ(at, all.end(home));
                ASSERT_LE(all.progress(i, home).next, at);
            }
            ASSERT_EQ(undone, before.undone_[i]);
        }
    }
}

}  // namespace
}  // namespace sluice::grow
