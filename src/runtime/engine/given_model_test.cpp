#include "base/test_seed.hpp"
#include "runtime/engine/given_fixture.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using test::Call;
using test::moved;
using test::place_of;
using test::plain_plan;
using test::Seen;
using test::Shop;
using test::write;
using Ids = std::vector<std::string>;

/// What producers of all kinds write to one topic: events, plain records, what breaks the contract,
/// tombstones, records without a key.
class Producers {
public:
    Producers(log::Log& log, std::mt19937_64& random) : log_{log}, random_{random} {}

    void write_one() {
        const std::string subject = fmt::format("s{}", random_() % 12);
        const std::uint64_t number = ++numbers_[subject];
        switch (random_() % 20) {
            case 0: {
                Record tombstone;
                tombstone.key = subject;
                write(log_, subject, tombstone);
                return;
            }
            case 1: {
                Record keyless;
                keyless.value = "no key";
                write(log_, PartitionId{static_cast<std::uint32_t>(random_() % 3)}, keyless);
                ++stand_ins;
                return;
            }
            case 2:
                if (random_() % 4 != 0) break;
                write(log_, subject, moved(subject, number, "bad"));
                if (!dead_.contains(subject)) dead_[subject] = expected[subject].size();
                return;
            case 3:
            case 4:
            case 5: {
                Record plain;
                plain.key = subject;
                plain.value = "{}";
                plain.headers.push_back({"ce_subjectposition", "7"});  // a claim
                plain.time = Instant{static_cast<std::int64_t>(number)};
                const PartitionId place = place_of(subject);
                const Offset at = write(log_, subject, plain);
                note(subject, fmt::format("{}-{}-{}", place.value, at.value, number));
                return;
            }
            default: break;
        }
        write(log_, subject, moved(subject, number));
        note(subject, fmt::format("{}/{}", subject, number));
    }

    [[nodiscard]] std::size_t dead() const { return dead_.size(); }

    std::map<std::string, Ids> expected;  ///< handled: by subject, up to its dead event
    std::uint64_t stand_ins{0};

private:
    void note(const std::string& subject, std::string id) {
        if (!dead_.contains(subject)) expected[subject].push_back(std::move(id));
    }

    log::Log& log_;
    std::mt19937_64& random_;
    std::map<std::string, std::uint64_t> numbers_;
    std::map<std::string, std::size_t> dead_;
};

/// Restarts, steps that are lost or whose answer is: each subject is handled in the order of its
/// partition, once as an inbox sees it, up to its dead event; what tells no subject stands alone.
TEST(GivenModel, OrderHoldsAndNothingIsLostWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop{plain_plan()};
    Seen seen;
    Producers producers{shop.log(), random};
    for (int round = 0; round < 6; ++round) {
        shop.log().heal();
        if (round > 0) shop.restart();
        shop.subscribe("model", seen);
        shop.start();
        for (int n = 0; n < 40; ++n) {
            producers.write_one();
            if (random() % 10 == 0) {
                shop.log().heal();
                shop.log().fail(
                    {.call = Call::kWrite,
                     .error = {ErrorCode::kUnavailable, "no answer"},
                     .passing = 1 + random() % 4,
                     .times = 1,
                     .done_all_the_same = random() % 2 == 0}
                );
            }
        }
        shop.log().heal();
        shop.settle();
    }
    ASSERT_TRUE(shop.engine().stop());
    for (const auto& [subject, ids] : producers.expected) {
        EXPECT_EQ(seen.of(subject), ids) << subject;
    }
    const auto page = stuck(shop.log(), std::nullopt, 1'000);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->items.size(), producers.dead() + producers.stand_ins);
    for (const Stuck& one : page->items) EXPECT_EQ(one.cause, "parked") << one.subject;
}

}  // namespace
}  // namespace sluice::runtime
