#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

GroupSeen group(
    std::string name,
    const std::string& topic,
    lag::Verdict verdict,
    std::int64_t lag,
    std::size_t members = 1
) {
    GroupSeen seen;
    seen.fact.name = std::move(name);
    seen.fact.state = members > 0 ? "Stable" : "Empty";
    seen.fact.members.resize(members);
    seen.fact.committed[{topic, PartitionId{0}}] = Offset{5};
    seen.lag = lag;
    seen.lag_by_topic[topic] = lag;
    seen.verdict = verdict;
    return seen;
}

std::string told(Findings found, std::vector<GroupSeen> groups) {
    found.groups = std::move(groups);
    Checks checks;
    check_groups(found, test::expectations(), checks);
    std::string text;
    for (const Check& check : checks.all()) text += to_text(check) + "\n";
    return text;
}

TEST(DoctorGroups, EachHasAVerdict) {
    EXPECT_EQ(
        told(test::healthy(), {group("sales", "order.placed", lag::Verdict::kOk, 0, 3)}),
        "ok   group sales: ok; Stable, 3 members, 0 records behind\n"
    );
    EXPECT_EQ(
        told(test::healthy(), {group("sales", "order.placed", lag::Verdict::kSlow, 70)}),
        "warn group sales: slow; Stable, 1 member, 70 records behind, most of them of order.placed "
        "-> it handles less than "
        "comes: more instances, or a quicker handler (sluice plan)\n"
    );
    test::expect_said(
        told(test::healthy(), {group("sales", "order.ordered", lag::Verdict::kStalled, 7)}),
        "fail group sales: stalled"
    );
    test::expect_said(
        told(test::healthy(), {group("sales", "order.ordered", lag::Verdict::kStopped, 7, 0)}),
        "warn group sales: stopped; Empty, 0 members, 7 records behind, most of them of "
        "order.ordered -> it has no member"
    );
    test::expect_said(
        told(test::healthy(), {group("sales", "order.ordered", lag::Verdict::kRewound, 7)}),
        "did somebody reset"
    );
}

TEST(DoctorGroups, ThoseOfOtherTopicsAreNoneOfOurBusiness) {
    EXPECT_EQ(told(test::healthy(), {group("x", "elsewhere", lag::Verdict::kStopped, 9)}), "");
}

TEST(DoctorGroups, WhatIsNotToldIsSaid) {
    Findings found = test::healthy();
    found.groups_refusal = "Group authorization failed";
    EXPECT_EQ(
        told(found, {}),
        "warn groups: not told: Group authorization failed -> allow Describe on groups\n"
    );
}

}  // namespace
}  // namespace sluice::doctor
