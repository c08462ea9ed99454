#include "base/test_seed.hpp"
#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::project {
namespace {

/// A random filter as YAML, and what it must say of the order of the fixture: the rules in their
/// own words. A part that fails is a third truth value.
class FilterWriter {
public:
    struct Written {
        std::string yaml;
        Verdict verdict;
    };

    explicit FilterWriter(std::mt19937_64& random) : random_{random} {}

    Written filter(int depth) {
        switch (depth == 0 ? below(4) : below(7)) {
            case 0: return leaf("{exact: {region: kr}}", "{exact: {region: jp}}");
            case 1: return leaf("{prefix: {type: order.}}", "{suffix: {nothing: x}}");
            case 2: return leaf("{sql: sequence = 5}", "{sql: \"region LIKE 'j%'\"}");
            case 3: return failing();
            case 4: {
                const Written part = filter(depth - 1);
                return {"{not: " + part.yaml + "}", opposite(part.verdict)};
            }
            case 5: return many(depth, "all", Verdict::kFiltered, Verdict::kPasses);
            default: return many(depth, "any", Verdict::kPasses, Verdict::kFiltered);
        }
    }

private:
    std::size_t below(std::size_t end) { return random_() % end; }

    Written leaf(const char* passing, const char* filtered) {
        const bool passes = below(2) == 0;
        return {passes ? passing : filtered, passes ? Verdict::kPasses : Verdict::kFiltered};
    }

    Written failing() {
        return {below(2) == 0 ? "{sql: nothing = 'x'}" : "{sql: region > 1}", Verdict::kUnjudged};
    }

    static Verdict opposite(Verdict verdict) {
        if (verdict == Verdict::kUnjudged) return verdict;
        return verdict == Verdict::kPasses ? Verdict::kFiltered : Verdict::kPasses;
    }

    Written many(int depth, const std::string& dialect, Verdict decides, Verdict otherwise) {
        std::string yaml = "{" + dialect + ": [";
        bool decided = false;
        bool unjudged = false;
        for (std::size_t left = below(3) + 1; left > 0; --left) {
            const Written part = filter(depth - 1);
            yaml += part.yaml + (left > 1 ? ", " : "]}");
            decided |= part.verdict == decides;
            unjudged |= part.verdict == Verdict::kUnjudged;
        }
        if (decided) return {yaml, decides};
        return {yaml, unjudged ? Verdict::kUnjudged : otherwise};
    }

    std::mt19937_64& random_;
};

TEST(FilterModel, FollowsTheRulesHoweverFiltersLieWithinEachOther) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    FilterWriter writer{random};
    const Event event = test::order_event();
    for (int round = 0; round < 1'000; ++round) {
        const FilterWriter::Written written = writer.filter(4);
        const test::Loaded loaded = test::load_filters("[" + written.yaml + "]");
        ASSERT_TRUE(loaded.filter.has_value()) << written.yaml << ": " << loaded.problems;
        ASSERT_EQ(test::judged(*loaded.filter, event), written.verdict) << written.yaml;
    }
}

// Whatever is judged twice is judged the same: a scratch keeps nothing from one event to the next.
TEST(FilterModel, ForgetsEachEventBeforeTheNext) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto loaded = test::load_filters(
        "[{sql: \"CONCAT(UPPER(region), sequence) IN ('KR1', 'JP2') OR LENGTH(LOWER(region)) = "
        "3\"}]"
    );
    ASSERT_TRUE(loaded.filter.has_value()) << loaded.problems;
    cesql::Scratch scratch;
    for (int round = 0; round < 1'000; ++round) {
        Event event = test::order_event();
        const std::string region = random() % 2 == 0 ? "kr" : "jpn";
        event.extensions["region"] = region;
        event.extensions["sequence"] = fmt::to_string(random() % 3);
        const bool passes = region == "jpn" || event.extensions["sequence"] == "1";
        const Record record = event::to_record(event, event.subject);
        ASSERT_EQ(
            loaded.filter->judge(record, scratch), passes ? Verdict::kPasses : Verdict::kFiltered
        ) << region
          << event.extensions["sequence"];
    }
}

}  // namespace
}  // namespace sluice::project
