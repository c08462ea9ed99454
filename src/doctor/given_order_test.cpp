#include "doctor/acl.hpp"
#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::doctor {
namespace {

/// A domain that is not sequenced, over one topic of the healthy cluster.
Expectations given(std::string_view more = "") {
    return test::expectations(fmt::format(
        "asyncapi: 3.0.0\n"
        "x-sluice:\n  domain: order\n  homes: 6\n"
        "  ordered: {{topic: order.placed, positions: offset}}\n"
        "channels:\n  c:\n    address: order.placed\n"
        "    messages: {{m: {{name: order.placed}}}}\n    {}\n",
        more
    ));
}

std::string said(const Findings& found, const Expectations& expected = given()) {
    Checks checks;
    check_given_order(found, expected, checks);
    std::string text;
    for (const Check& check : checks.all()) text += to_text(check) + "\n";
    return text;
}

/// records, keyed, by murmur2, by crc32, with a subject, keyed by it
Findings sampled(const KeySample& sample) {
    Findings found = test::healthy();
    found.keys["order.placed"] = sample;
    return found;
}

TEST(DoctorGivenOrder, SaysNothingOfDomainsThatAreSequenced) {
    EXPECT_EQ(said(sampled({20, 0, 0, 0, 0, 0}), test::expectations()), "");
}

TEST(DoctorGivenOrder, RecordsThatLieWhereTheyBelongAreFine) {
    EXPECT_EQ(
        said(sampled({20, 20, 20, 3, 20, 20})),
        "ok   order of order.placed: its last records lie where their subjects belong\n"
    );
    EXPECT_EQ(
        said(sampled({7, 0, 0, 0, 0, 0})),
        "ok   order of order.placed: as the contract says: there are too few records to tell\n"
    );
    EXPECT_EQ(said(test::healthy()), said(sampled({7, 0, 0, 0, 0, 0})));
}

TEST(DoctorGivenOrder, WhatBreaksTheOrderIsAFailure) {
    test::expect_said(
        said(sampled({20, 12, 12, 12, 0, 0})),
        "fail order of order.placed: 8 of its last 20 records have no key: they lie anywhere"
    );
    test::expect_said(
        said(sampled({20, 20, 3, 20, 0, 0})),
        "17 of its last 20 records do not lie where murmur2 puts their key, but where the other "
        "partitioner does: each would be dead -> partitioner: crc32 in the contract"
    );
    test::expect_said(
        said(sampled({20, 20, 3, 4, 0, 0})), "each would be dead -> let this domain be sequenced"
    );
    test::expect_said(
        said(sampled({20, 20, 20, 3, 20, 5})),
        "15 of its last 20 records are keyed by something else than their subject"
    );
}

TEST(DoctorGivenOrder, TheContractsPartitionerIsWhatCounts) {
    const Expectations by_crc32 = given("x-sluice: {partitioner: crc32}");
    test::expect_said(said(sampled({20, 20, 3, 20, 20, 20}), by_crc32), "ok   order of");
    test::expect_said(
        said(sampled({20, 20, 20, 3, 20, 20}), by_crc32), "-> partitioner: murmur2 in the contract"
    );
}

TEST(DoctorGivenOrder, NothingElseIsExpectedOfTheDomain) {
    Findings found = test::healthy();
    std::erase_if(found.cluster.topics, [](const auto& one) { return one.name != "order.placed"; });
    const Expectations expected = given();
    Checks checks;
    check_topics(found, expected, checks);
    check_detours(found, expected, checks);
    EXPECT_EQ(test::wrong(checks), "");
    EXPECT_EQ(checks.all().size(), 1U) << "no topic of a sequencer, no detour";
    const auto needs = needs_of(expected);
    ASSERT_EQ(needs.size(), 3U);
    EXPECT_EQ(needs[0].part, "dispatcher of order");
    EXPECT_EQ(needs[0].permissions.front().name, "order.placed");
}

TEST(DoctorGivenOrder, AnotherCountOfPartitionsAndCompactionAreFailures) {
    Findings found = test::healthy();
    test::topic_of(found, "order.placed") = test::topic("order.placed", 12);
    test::topic_of(found, "order.placed").settings["cleanup.policy"] = "compact";
    Checks checks;
    check_topics(found, given(), checks);
    const std::string wrong = test::wrong(checks);
    test::expect_said(wrong, "it has 12 partitions, the contract says 6");
    test::expect_said(wrong, "fail topic order.placed: it is compacted");
}

}  // namespace
}  // namespace sluice::doctor
