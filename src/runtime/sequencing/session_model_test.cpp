// The whole sequencing shell (publisher, sessions, the detour, state and restarts) against the rule
// said the slow way, for every way of ordering.

#include "base/test_seed.hpp"
#include "runtime/domain/order_rules_fixture.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "runtime/subjects/state_audit_fixture.hpp"
#include "sequence/model_reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using sequence::test::Reference;
using test::OrderRule;
using test::SessionRig;
using Ids = std::vector<std::string>;

constexpr int kSubjects = 10;

/// What happened, as topics bring it: each subject's events disturbed, some twice, a few missing,
/// one in a hundred with other content under a name that was there.
std::vector<Event> input_of(const OrderRule& rule, std::mt19937_64& random) {
    std::vector<Event> events;
    for (int s = 0; s < kSubjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        const std::uint64_t length = 4 + random() % 14;
        for (std::uint64_t n = 1; n <= length; ++n) {
            if (random() % 30 == 0) continue;
            events.push_back(rule.happened(subject, n, random));
        }
    }
    const std::size_t once = events.size();
    for (std::size_t i = 0; i < once / 6; ++i) {
        Event again = events[random() % once];
        if (random() % 16 == 0) again.data = R"({"other":1})";
        events.push_back(std::move(again));
    }
    std::shuffle(events.begin(), events.end(), random);
    return events;
}

/// Publishes an event, and tells the reference of the record that lies in the channel now.
void publish(SessionRig& rig, const Event& event, std::map<std::string, Reference>& references) {
    const auto placed = rig.publisher().publish(std::span{&event, 1});
    ASSERT_TRUE(placed[0].has_value()) << placed[0].error().message;
    const auto& [at, offset] = placed[0].value();
    Classified classified = classify(
        rig.plan(),
        *rig.plan().channel(at.topic),
        event::to_record(event, event.subject),
        {at.topic, at.partition, offset},
        Depth::kWhole
    );
    references[event.subject].offer(std::get<sequence::Arrival>(classified.what));
}

/// A conflict that comes twice is a duplicate; the reference, which also looks at where it lay,
/// takes it for two. So their sum is compared.
void compare(SessionRig& rig, std::map<std::string, Reference>& references) {
    std::uint64_t not_in_line = 0;
    for (const auto& [subject, reference] : references) {
        Ids expected;
        for (const sequence::Arrival& one : reference.released) expected.push_back(one.id);
        ASSERT_EQ(rig.ordered(subject), expected) << subject;
        not_in_line += reference.duplicates + reference.conflicts.size();
    }
    EXPECT_EQ(
        rig.count(&SequencingProbe::duplicates) + rig.count(&SequencingProbe::conflicts),
        not_in_line
    );
}

class SessionModel : public testing::TestWithParam<OrderRule> {};

TEST_P(SessionModel, ReleasesWhatTheReferenceReleasesInItsOrderOverRestarts) {
    const OrderRule& rule = GetParam();
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    SessionRig rig{rule.plan()};
    rig.options().cached.subjects_max = random() % 12;
    rig.options().histories.records_max = random() % 60;
    std::map<std::string, Reference> references;
    std::size_t tasks = 1;
    rig.open(tasks);
    for (const Event& event : input_of(rule, random)) {
        ASSERT_NO_FATAL_FAILURE(publish(rig, event, references));
        ASSERT_NO_FATAL_FAILURE(rig.settle());
        if (random() % 8 != 0) continue;
        tasks = 1 + random() % 3;
        random() % 2 == 0 ? rig.restart_process(tasks) : rig.open(tasks);
        ASSERT_NO_FATAL_FAILURE(compare(rig, references));
    }
    compare(rig, references);
    test::expect_state_is_the_fold(rig.log(), "shop");
}

INSTANTIATE_TEST_SUITE_P(
    Rules,
    SessionModel,
    testing::ValuesIn(test::order_rules()),
    [](const auto& one) {
        std::string name = one.param.name;
        std::erase_if(name, [](char c) { return c == ' ' || c == '-'; });
        return name;
    }
);

}  // namespace
}  // namespace sluice::runtime
