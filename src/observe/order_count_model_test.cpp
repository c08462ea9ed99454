// What is counted over all subjects, against the definition written down pair by pair: numbers of
// two sources, in partitions whose clocks go astray, and many events of one moment.

#include "base/test_seed.hpp"
#include "observe/order_count.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>

namespace sluice::observe {
namespace {

struct Met {
    std::size_t channel{};
    std::uint32_t partition{};
    std::string subject;
    std::string source;
    std::uint64_t number{};
    Instant at;  ///< as its partition was read: never earlier than what came before it there
};

using Key = std::pair<std::string, std::string>;

/// What every subject adds to the sums, with these lags.
class CountReference {
public:
    CountReference(const std::vector<Met>& all, std::vector<Milliseconds> lags)
        : all_{all},
          lags_{std::move(lags)} {
        std::map<std::string, std::vector<std::size_t>> subjects;
        for (std::size_t i = 0; i < all.size(); ++i) subjects[all[i].subject].push_back(i);
        for (const auto& [subject, events] : subjects) add(subject, events);
    }

    std::map<Key, Tally> pairs;
    std::map<Key, std::uint64_t> related;
    Tally whole;
    std::map<std::string, std::pair<Milliseconds, std::size_t>> worst;

private:
    void add(const std::string& subject, const std::vector<std::size_t>& events) {
        std::map<Key, std::set<std::size_t>> early;
        std::set<Key> keys;
        std::set<std::size_t> any;
        Milliseconds longest{0};
        for (const std::size_t then : events) {
            for (const std::size_t first : events) {
                const Met& in_front = all_[first];
                const Met& behind = all_[then];
                if (in_front.source != behind.source || in_front.number >= behind.number) continue;
                const Key key{name(in_front), name(behind)};
                keys.insert(key);
                if (!before(then, first)) continue;
                early[key].insert(then);
                any.insert(then);
                longest = std::max(longest, seen(first) - seen(then));
            }
        }
        for (const Key& key : keys) ++related[key];
        for (const auto& [key, those] : early) {
            ++pairs[key].subjects;
            pairs[key].events += those.size();
        }
        if (any.empty()) return;
        ++whole.subjects;
        whole.events += any.size();
        worst[subject] = {longest, any.size()};
    }

    static std::string name(const Met& met) { return fmt::format("t{}", met.channel); }

    [[nodiscard]] Instant seen(std::size_t i) const { return all_[i].at + lags_[all_[i].channel]; }

    [[nodiscard]] bool before(std::size_t a, std::size_t b) const {
        const bool together =
            all_[a].channel == all_[b].channel && all_[a].partition == all_[b].partition;
        return together ? a < b : seen(a) < seen(b);
    }

    const std::vector<Met>& all_;
    std::vector<Milliseconds> lags_;
};

class OrderCountModel : public testing::Test {
protected:
    /// Numbers of a source come in any order, once each; a few moments, so that many are the same.
    void any_world() {
        std::vector<Met> all;
        for (std::uint64_t subject = 0; subject < 4; ++subject) {
            for (const char* source : {"/a", "/b"}) {
                const std::uint64_t begin = 1 + random_() % 2;
                for (std::uint64_t number = begin; number < begin + random_() % 6; ++number) {
                    all.push_back(
                        {random_() % 3,
                         static_cast<std::uint32_t>(random_() % 2),
                         fmt::format("s{}", subject),
                         source,
                         number,
                         Instant{static_cast<std::int64_t>(random_() % 4) * 1'000}}
                    );
                }
            }
        }
        std::shuffle(all.begin(), all.end(), random_);
        met_.clear();
        for (Met& met : all) take(std::move(met));
    }

    void take(Met met) {
        sequence::Arrival arrival;
        arrival.subject = met.subject;
        arrival.source = met.source;
        arrival.id = fmt::format("{}", met.number);
        arrival.number = SourceNumber{met.number};
        arrival.origin.partition = PartitionId{met.partition};
        ASSERT_TRUE(count_->add(met.channel, met.at, arrival));
        for (const Met& other : met_) {
            if (other.channel == met.channel && other.partition == met.partition)
                met.at = std::max(met.at, other.at);
        }
        met_.push_back(std::move(met));
    }

    [[nodiscard]] std::uint64_t beginning_before() const {
        std::map<Key, std::uint64_t> lowest;
        for (const Met& met : met_) {
            const auto [known, is_new] = lowest.emplace(Key{met.subject, met.source}, met.number);
            known->second = std::min(known->second, met.number);
        }
        std::set<std::string> subjects;
        for (const auto& [key, number] : lowest) {
            if (number > 1) subjects.insert(key.first);
        }
        return subjects.size();
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    std::vector<Met> met_;
    std::unique_ptr<OrderCount> count_;
};

TEST_F(OrderCountModel, CountsWhatTheDefinitionSays) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    std::uint64_t wrong = 0;
    for (int round = 0; round < 3'000; ++round) {
        SCOPED_TRACE(fmt::format("round {}", round));
        std::vector<Milliseconds> lags;
        std::vector<Watched> channels;
        for (int channel = 0; channel < 3; ++channel) {
            lags.push_back(Milliseconds{static_cast<std::int64_t>(random_() % 3) * 1'000});
            channels.push_back({fmt::format("t{}", channel), lags.back()});
        }
        count_ = std::make_unique<OrderCount>(channels);
        any_world();
        const Counts counts = count_->counts(100);
        const CountReference now{met_, std::vector<Milliseconds>(3)};
        const CountReference lagging{met_, lags};
        ASSERT_EQ(counts.events, met_.size());
        ASSERT_EQ(counts.begin_before, beginning_before());
        ASSERT_EQ(counts.now, now.whole);
        ASSERT_EQ(counts.lagging, lagging.whole);
        ASSERT_EQ(counts.pairs.size(), now.related.size());
        for (const Pair& pair : counts.pairs) {
            const Key key{pair.first, pair.then};
            ASSERT_EQ(pair.subjects, now.related.at(key));
            const auto tally = [&key](const CountReference& of) {
                return of.pairs.contains(key) ? of.pairs.at(key) : Tally{};
            };
            ASSERT_EQ(pair.now, tally(now));
            ASSERT_EQ(pair.lagging, tally(lagging));
        }
        ASSERT_EQ(counts.worst.size(), lagging.worst.size());
        for (const Worst& one : counts.worst) {
            ASSERT_EQ((std::pair{one.early, one.events}), lagging.worst.at(one.subject));
        }
        wrong += counts.now.events;
    }
    EXPECT_GT(wrong, 1'000U);
}

}  // namespace
}  // namespace sluice::observe
