// A domain that has grown: what is found on the brokers goes by the names of its contract.

#include "doctor/names.hpp"

#include "doctor/acl.hpp"
#include "doctor/doctor_fixture.hpp"
#include "doctor/examine.hpp"

namespace sluice::doctor {
namespace {

using log::kafka::Names;

/// Of the domain "order": its ordered topic and its sequencer's group have had another's place
/// taken.
Names grown_names() {
    const auto nothing_is_taken = [](const std::string& /*name*/) { return false; };
    const Names beside = Names{}.replaced(
        {{}, {}, {"order.ordered.growing"}, {"sequencer.order.growing"}}, nothing_is_taken
    );
    return beside.replaced(
        {{{"order.ordered.growing", "order.ordered"}},
         {{"sequencer.order.growing", "sequencer.order"}},
         {},
         {}},
        nothing_is_taken
    );
}

/// The cluster behind that, all of it behind a prefix or none.
Findings grown_cluster(const std::string& prefix) {
    Findings found = test::healthy();
    for (auto& topic : found.cluster.topics) topic.name = prefix + topic.name;
    test::topic_of(found, prefix + "order.ordered").partitions.pop_back();
    found.cluster.topics.push_back(test::topic(prefix + "order.ordered.g1", 6));
    GroupSeen group;
    group.fact.name = prefix + "sequencer.order.g1";
    group.fact.committed = {
        {{prefix + "order.ordered.g1", PartitionId{0}}, Offset{3}},
        {{prefix + "order.ordered", PartitionId{0}}, Offset{9}}};
    group.lag_by_topic = {{prefix + "order.ordered.g1", 2}};
    found.groups.push_back(group);
    return found;
}

TEST(DoctorNames, WhatIsFoundGoesByTheContractsNames) {
    for (const std::string prefix : {"", "p."}) {
        Findings found = grown_cluster(prefix);
        Expectations expected = test::expectations();
        expected.prefix = prefix;
        Checks before;
        check_topics(found, expected, before);
        test::expect_said(test::wrong(before), "it has 5 partitions, the contract says 6");
        go_by_names(grown_names(), prefix, found);
        Checks after;
        check_topics(found, expected, after);
        EXPECT_EQ(test::wrong(after), "");
        EXPECT_EQ(found.topic(prefix + "order.ordered.g1"), nullptr);
        const GroupSeen& group = found.groups.front();
        EXPECT_EQ(group.fact.name, prefix + "sequencer.order");
        EXPECT_EQ(group.fact.committed.size(), 1U) << "not of what was replaced";
        EXPECT_EQ(group.lag_by_topic.at(prefix + "order.ordered"), 2);
    }
}

TEST(DoctorNames, WhatIsNotBehindThePrefixKeepsItsName) {
    Findings found = grown_cluster("");
    go_by_names(grown_names(), "p.", found);
    EXPECT_NE(found.topic("order.ordered.g1"), nullptr);
    EXPECT_EQ(found.groups.front().fact.name, "sequencer.order.g1");
}

TEST(DoctorNames, TopicsAreAskedForAsTheyAreCalledThere) {
    const std::vector<std::string> expected{"p.order.ordered.g1", "p.order.placed"};
    EXPECT_EQ(on_brokers(grown_names(), "p.", {"p.order.ordered", "p.order.placed"}), expected);
}

TEST(DoctorNames, SaysWhoIsCalledOtherwiseAndWhatIsLeft) {
    Checks checks;
    check_names(Names{}, "", test::healthy(), checks);
    EXPECT_EQ(checks.size(), 0U) << "nothing has grown";
    check_names(grown_names(), "p.", grown_cluster("p."), checks);
    ASSERT_EQ(checks.size(), 2U);
    test::expect_said(to_text(checks.all()[0]), "p.order.ordered is p.order.ordered.g1");
    test::expect_said(
        to_text(checks.all()[1]), "warn names: replaced, and not deleted: p.order.ordered"
    );
    test::expect_said(to_text(checks.all()[1]), "sluice domain grow");
}

TEST(DoctorNames, PermissionsAreLookedForOnWhatHasTakenThePlace) {
    Findings found = grown_cluster("");
    for (auto& broker : found.cluster.brokers) {
        broker.settings["authorizer.class.name"] = "StandardAuthorizer";
    }
    found.acls.emplace();
    found.names = grown_names();
    Checks checks;
    check_acls(found, test::expectations(), checks);
    const std::string text = test::wrong(checks);
    test::expect_said(text, "on TOPIC order.ordered.g1 ");
    test::expect_said(text, "on GROUP sequencer.order.g1 ");
    test::expect_said(text, "on TOPIC sluice.names ");
    EXPECT_EQ(text.find("on TOPIC order.ordered "), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::doctor
