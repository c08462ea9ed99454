#include "base/test_seed.hpp"
#include "sequence/history.hpp"
#include "sequence/state_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

// `apply` against a history that forgets nothing.

namespace sluice::sequence {
namespace {

using Random = std::mt19937_64;

/// The same rule with everything kept: what was released, what was given up, in full.
struct Everything {
    std::uint64_t last{0};
    std::map<std::string, std::uint64_t> reached;
    std::map<std::string, std::set<std::uint64_t>> given_up;
    std::set<Mark> marks;
    bool closed{false};

    [[nodiscard]] bool follows(const OrderedFacts& facts) const {
        if (facts.position.value != last + 1) return false;
        if (facts.kind == OrderedKind::kLate || !facts.number.has_value()) return true;
        const auto found = reached.find(facts.source);
        const std::uint64_t next = found == reached.end() ? 1 : found->second + 1;
        const std::uint64_t first = facts.skipped_from.value_or(*facts.number).value;
        return first == next && facts.number->value >= first;
    }

    void take(const OrderedFacts& facts) {
        ++last;
        if (facts.kind != OrderedKind::kGap) marks.insert(facts.marks.begin(), facts.marks.end());
        if (facts.kind == OrderedKind::kLate) return;
        if (facts.kind == OrderedKind::kEvent) {
            if (facts.closes) {
                closed = true;
            } else if (facts.number.has_value()) {
                closed = false;
            }
        }
        if (!facts.number.has_value()) return;
        reached[facts.source] = facts.number->value;
        if (facts.kind != OrderedKind::kGap) return;
        const SourceNumber first = facts.skipped_from.value_or(*facts.number);
        for (std::uint64_t n = first.value; n <= facts.number->value; ++n) {
            given_up[facts.source].insert(n);
        }
    }
};

/// Mostly what follows; now and then a position, a number or a range that does not.
OrderedFacts some_facts(const Everything& all, Random& random) {
    OrderedFacts facts;
    facts.subject = "s";
    facts.position = Position{all.last + (random() % 10 == 0 ? random() % 3 : 1)};
    facts.kind = static_cast<OrderedKind>(1 + random() % 3);
    facts.id_hash = random();
    facts.content_hash = random();
    facts.closes = random() % 6 == 0;
    facts.released_at = Instant{static_cast<std::int64_t>(random() % 1'000)};
    if (random() % 3 == 0) facts.marks = {random() % 8};
    if (random() % 3 == 0) return facts;
    facts.source = random() % 2 == 0 ? "/a" : "/b";
    const auto found = all.reached.find(facts.source);
    const std::uint64_t next = (found == all.reached.end() ? 0 : found->second) + 1;
    facts.number = SourceNumber{next + (random() % 10 == 0 ? 1 : 0)};
    if (facts.kind == OrderedKind::kGap) {
        facts.skipped_from = facts.number;
        facts.number->value += random() % 3;
        if (random() % 10 == 0) facts.number->value = next - 1;
    }
    return facts;
}

void check(const SubjectHistory& history, const Everything& all) {
    ASSERT_EQ(history.last.value, all.last);
    ASSERT_EQ(history.closed, all.closed);
    ASSERT_TRUE(
        std::equal(history.marks.begin(), history.marks.end(), all.marks.begin(), all.marks.end())
    );
    for (const auto& [source, reached] : all.reached) {
        ASSERT_EQ(history.released(source).value, reached);
        const SourceHistory* known = history.find(source);
        ASSERT_LE(known->recent.size(), kComparedNumbersMax);
        ASSERT_LE(known->skipped.size(), kSkippedRangesMax);
        const auto given_up = all.given_up.find(source);
        if (given_up == all.given_up.end()) continue;
        for (const std::uint64_t number : given_up->second) {
            ASSERT_TRUE(known->gave_up(SourceNumber{number})) << "what was given up stays so";
        }
    }
    ASSERT_LE(history.recent_ids.size(), kRememberedIdsMax);
}

TEST(ApplyModel, TakesWhatFollowsRefusesTheRestAndIsStoredEqual) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    for (int round = 0; round < 20; ++round) {
        SubjectHistory history;
        Everything all;
        for (int at = 0; at < 500; ++at) {
            const OrderedFacts facts = some_facts(all, random);
            const SubjectHistory before = history;
            const Status applied = apply(history, facts);
            ASSERT_EQ(applied.has_value(), all.follows(facts));
            if (!applied.has_value()) {
                ASSERT_EQ(applied.error().code, ErrorCode::kCorrupt);
                ASSERT_EQ(history, before);
                continue;
            }
            all.take(facts);
            ASSERT_NO_FATAL_FAILURE(check(history, all));
            if (at % 10 != 0) continue;
            history = decode_history(encode_history(history)).value();  // another process goes on
        }
        ASSERT_GT(all.last, 100U);
    }
}

}  // namespace
}  // namespace sluice::sequence
