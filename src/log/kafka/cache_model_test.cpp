// The copy of the state of many homes and groups at once, against maps: no home sees another's.

#include "base/test_seed.hpp"
#include "log/kafka/cache_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <tuple>

namespace sluice::log::kafka {
namespace {

struct Place {
    std::string group;
    HomeId home;

    auto operator<=>(const Place&) const = default;
};

struct Copy {
    std::map<std::tuple<Restore, std::uint8_t, std::string>, std::string> entries;
    std::optional<CacheMark> mark;
};

using Folds = std::vector<std::tuple<std::uint8_t, std::string, std::string>>;

Folds folds_of(const Cache::Home& home) {
    Folds all;
    FoldRows rows = home.fold_rows();
    while (const auto row = rows.next().value()) {
        all.emplace_back(row->table, row->key, row->value);
    }
    return all;
}

class CacheModel : public test::CacheFixture {
protected:
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[random_() % all.size()];
    }

    void write(const Place& at) {
        std::vector<StateChange> changes;
        Copy& copy = reference_[at];
        for (std::uint64_t left = random_() % 6; left > 0; --left) {
            const Table table = one_of(tables_);
            const std::string& key = one_of(keys_);
            std::optional<std::string> value;
            if (random_() % 3 != 0) value = std::string(random_() % 9, 'v');
            copy.entries.erase({table.restore, table.id, key});
            if (value) copy.entries[{table.restore, table.id, key}] = *value;
            changes.push_back({at.home, table, key, value});
        }
        copy.mark = CacheMark{
            Offset{static_cast<std::int64_t>(random_() % 1'000)},
            random_(),
            random_(),
            Instant{static_cast<std::int64_t>(random_() >> 1)}};
        ASSERT_TRUE(cache_->home(at.group, at.home).write(changes, *copy.mark));
    }

    void compare(const Place& at) {
        const Copy& copy = reference_[at];
        const auto home = cache_->home(at.group, at.home);
        ASSERT_EQ(home.mark().value(), copy.mark);
        const Table table = one_of(tables_);
        const std::string& key = one_of(keys_);
        const auto found = copy.entries.find({table.restore, table.id, key});
        ASSERT_EQ(
            home.get(table, key).value(),
            found == copy.entries.end() ? std::nullopt : std::optional{found->second}
        );
        const std::size_t limit = random_() % 5;
        Entries expected;
        Folds folds;
        for (const auto& [place, value] : copy.entries) {
            const auto& [restore, id, of] = place;
            if (restore == table.restore && id == table.id && of >= key && expected.size() < limit)
                expected.emplace_back(of, value);
            if (restore == Restore::kFold) folds.emplace_back(id, of, value);
        }
        ASSERT_EQ(home.scan(table, key, limit).value(), expected);
        ASSERT_EQ(folds_of(home), folds);
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    std::map<Place, Copy> reference_;
    /// Names, homes, tables and keys that lie at the edges of one another's ranges.
    std::vector<std::string> groups_{"", "g", "gg", "h", "\xFF\xFF", std::string(300, '\xFF')};
    std::vector<HomeId> homes_{HomeId{0}, HomeId{1}, HomeId{255}, HomeId{256}, HomeId{0xFFFF'FFFF}};
    std::vector<Table> tables_{
        {1, Restore::kFold},
        {1},
        {2},
        {127},
        {127, Restore::kFold},
        {128},
        {255},
        {255, Restore::kFold}};
    std::vector<std::string> keys_{
        "", "a", "aa", std::string(1, '\0'), "\x7F", "\xFF", "\xFF\xFF", std::string(500, 'k')};
};

TEST_F(CacheModel, NoHomeSeesOrTakesWhatIsAnothers) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    for (int round = 0; round < 3'000; ++round) {
        const Place at{one_of(groups_), one_of(homes_)};
        if (random_() % 10 == 0) {
            ASSERT_TRUE(cache_->home(at.group, at.home).clear());
            reference_.erase(at);
        } else if (random_() % 10 == 0) {
            ASSERT_TRUE(cache_->home(at.group, at.home).clear_folds());
            std::erase_if(reference_[at].entries, [](const auto& entry) {
                return std::get<Restore>(entry.first) == Restore::kFold;
            });
        } else {
            ASSERT_NO_FATAL_FAILURE(write(at));
        }
        if (random_() % 500 == 0) open();
        ASSERT_NO_FATAL_FAILURE(compare({one_of(groups_), one_of(homes_)})) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::log::kafka
