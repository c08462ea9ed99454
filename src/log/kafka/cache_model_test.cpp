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
    std::map<std::pair<std::uint8_t, std::string>, std::string> entries;
    std::optional<CacheMark> mark;
};

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
            const std::uint8_t table = one_of(tables_);
            const std::string& key = one_of(keys_);
            std::optional<std::string> value;
            if (random_() % 3 != 0) value = std::string(random_() % 9, 'v');
            copy.entries.erase({table, key});
            if (value) copy.entries[{table, key}] = *value;
            changes.push_back({at.home, Table{table}, key, value});
        }
        copy.mark = CacheMark{
            Offset{static_cast<std::int64_t>(random_() % 1'000)},
            random_(),
            Instant{static_cast<std::int64_t>(random_() >> 1)}};
        ASSERT_TRUE(cache_->home(at.group, at.home).write(changes, *copy.mark));
    }

    void compare(const Place& at) {
        const Copy& copy = reference_[at];
        const auto home = cache_->home(at.group, at.home);
        ASSERT_EQ(home.mark().value(), copy.mark);
        const std::uint8_t table = one_of(tables_);
        const std::string& key = one_of(keys_);
        const auto found = copy.entries.find({table, key});
        ASSERT_EQ(
            home.get(table, key).value(),
            found == copy.entries.end() ? std::nullopt : std::optional{found->second}
        );
        const std::size_t limit = random_() % 5;
        Entries expected;
        for (const auto& [place, value] : copy.entries) {
            if (place.first == table && place.second >= key && expected.size() < limit)
                expected.emplace_back(place.second, value);
        }
        ASSERT_EQ(home.scan(table, key, limit).value(), expected);
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    std::map<Place, Copy> reference_;
    /// Names, homes, tables and keys that lie at the edges of one another's ranges.
    std::vector<std::string> groups_{"", "g", "gg", "h", "\xFF\xFF", std::string(300, '\xFF')};
    std::vector<HomeId> homes_{HomeId{0}, HomeId{1}, HomeId{255}, HomeId{256}, HomeId{0xFFFF'FFFF}};
    std::vector<std::uint8_t> tables_{1, 2, 127, 128, 255};
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
        } else {
            ASSERT_NO_FATAL_FAILURE(write(at));
        }
        if (random_() % 500 == 0) open();
        ASSERT_NO_FATAL_FAILURE(compare({one_of(groups_), one_of(homes_)})) << "round " << round;
    }
}

}  // namespace
}  // namespace sluice::log::kafka
