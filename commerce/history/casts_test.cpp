// Whatever version an order was published in: lifted it is what is published today, and what is
// published today, lowered, is what was published then.

#include "base/test_seed.hpp"
#include "cast/trial.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/history/history_fixture.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using Json = nlohmann::json;

/// The data of each after the cast, in one call.
std::vector<Json> cast_all(cast::Caster& caster, const std::vector<Event>& events) {
    std::vector<Record> records;
    for (const Event& one : events) records.push_back(event::to_record(one, one.subject));
    std::vector<const Record*> all;
    for (const Record& one : records) all.push_back(&one);
    const auto casts = caster.cast(all);
    EXPECT_TRUE(casts.has_value()) << casts.error().message;
    std::vector<Json> data;
    for (std::size_t at = 0; at < events.size(); ++at) {
        const cast::Caster::Cast& made = casts.value()[at];
        EXPECT_FALSE(made.failure.has_value()) << events[at].id << ": " << made.failure->message;
        data.push_back(Json::parse(*(made.record ? *made.record : records[at]).value));
    }
    return data;
}

void expect_all_versions_lift(const std::vector<Event>& newest) {
    const auto contract = test::history_contract();
    cast::Caster lifter = test::caster_to(kNewestPlaced, contract);
    std::vector<Event> then;
    for (std::size_t at = 0; at < newest.size(); ++at)
        then.push_back(as_published_then(newest[at], 1 + static_cast<std::uint32_t>(at % 6)));
    const std::vector<Json> lifted = cast_all(lifter, then);
    for (std::size_t at = 0; at < newest.size(); ++at)
        ASSERT_EQ(lifted[at], test::data_of(newest[at])) << then[at].data.value();
}

TEST(OrderCasts, HoldOnTheirSamples) {
    EXPECT_EQ(
        cast::cast_problems(*test::history_contract(), test::history_worker()),
        std::vector<std::string>{}
    );
}

TEST(OrderCasts, LiftEveryVersionToTodays) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::Sample sample = test::sample(120, seed);
    const Publications published{sample.raw, sample.additions};
    const std::vector<Event> newest = test::placed_events(published, 1);
    ASSERT_EQ(newest.size(), 120U);
    expect_all_versions_lift(newest);
}

TEST(OrderCasts, LowerTodaysToWhatWasPublishedThen) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const test::Sample sample = test::sample(40, seed);
    const Publications published{sample.raw, sample.additions};
    const auto contract = test::history_contract();
    std::vector<Event> newest;
    for (const Event& event : test::placed_events(published, 1))
        newest.push_back(as_published_then(event, kNewestPlaced));
    for (std::uint32_t version = 1; version < kNewestPlaced; ++version) {
        cast::Caster lowerer = test::caster_to(version, contract);
        const std::vector<Json> lowered = cast_all(lowerer, newest);
        for (std::size_t at = 0; at < newest.size(); ++at)
            ASSERT_EQ(lowered[at], test::data_of(as_published_then(newest[at], version)));
    }
}

TEST(OrderCasts, OnRealOrders) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData raw = load_raw(*real).value();
    const Additions additions = make_additions(raw, 1).value();
    const Publications published{raw, additions};
    const std::vector<Event> newest = test::placed_events(published, 20);
    EXPECT_GT(newest.size(), 4'900U);
    expect_all_versions_lift(newest);
}

}  // namespace
}  // namespace sluice::commerce
