// Choices of operators as records of the repartition topic, from the log to the log.

#include "base/hash.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/command.hpp"
#include "sequence/ordered.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using sequence::Command;
using test::closing;
using test::event;
using test::kDay;
using test::SessionRig;
using Ids = std::vector<std::string>;

Command command(const std::string& subject, sequence::Choice choice) {
    return Command{subject, "c-1", "alice", "given up", Instant{5}, std::move(choice)};
}

PartitionId home_partition(const std::string& subject) {
    return PartitionId{home_of(subject, 3).value};
}

void append(SessionRig& rig, const Command& chosen) {
    const log::PartitionRef to{"shop.repartition", home_partition(chosen.subject)};
    ASSERT_TRUE(rig.log().publish({{to, {to_record(chosen)}}}).has_value());
}

/// Records aside of the subject's home.
std::vector<Record> aside(SessionRig& rig, const std::string& subject) {
    const auto read =
        rig.log().read({"shop.aside", home_partition(subject)}, Offset{0}, log::ReadLimits{});
    EXPECT_TRUE(read.has_value());
    std::vector<Record> records;
    for (const log::StoredRecord& stored : read.value()) records.push_back(stored.record);
    return records;
}

TEST(Command, IsCarriedOutOnceAndLiesAsideForTheAudit) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    const Command skip = command("s1", sequence::SkipMissing{"/a 1"});
    append(rig, skip);
    append(rig, skip);  // the operator's answer was lost, and they asked again
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"gap.s1.1", "s1/a.2"}));
    auto kept = aside(rig, "s1");
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(
        kept[0].header(kAsideHeader),
        "chosen: carried out; before: gap: waits for /a 1; 1 waiting, released up to position 0; "
        "after: flowing at position 2"
    );
    EXPECT_EQ(kept[1].header(kAsideHeader), "refused: nothing waits for /a 1 (any more)");
    ASSERT_TRUE(take_origin(kept[0]).has_value());
    kept[0].headers.pop_back();
    EXPECT_EQ(sequence::command_of(kept[0]).value(), skip) << "who, when and why";
    rig.open();  // the same state from the log
    rig.settle();
    EXPECT_EQ(aside(rig, "s1").size(), 2U);
}

TEST(Command, ReadBehindTheMissingEventIsRefused) {
    SessionRig rig{test::shop_plan()};
    rig.publish({event("a.made", "s1", "/a", 2), event("a.made", "s1", "/a", 1)});
    rig.open();
    rig.settle();
    append(rig, command("s1", sequence::SkipMissing{"/a 1"}));
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

TEST(Command, LateEventOfABuriedSubjectGoesToItsEnd) {
    SessionRig rig{closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.cancelled", "s1", "/a", 2)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    ASSERT_EQ(rig.entries(table::kTombstones), 1U);
    sequence::Arrival late;
    late.subject = "s1";
    late.source = "/x";
    late.id = "thanks";
    late.type = "a.made";
    late.record = event::to_record(event("a.made", "s1", "/x", 0), "s1");
    append(rig, command("s1", sequence::TakeBack{late}));
    rig.settle();
    ASSERT_EQ(rig.ordered("s1").size(), 3U);
    EXPECT_EQ(rig.entries(table::kClosings), 1U) << "it is still closed, and will be buried again";
}

TEST(Command, OfAnotherHomeOrDamagedStopsTheTaskByName) {
    for (const bool damaged : {false, true}) {
        SessionRig rig{test::shop_plan()};
        rig.open();
        Record record = to_record(command("s1", sequence::ClearFlood{}));
        if (damaged) record.value->pop_back();
        const auto home = home_partition("s1");
        const PartitionId at = damaged ? home : PartitionId{(home.value + 1) % 3};
        ASSERT_TRUE(rig.log().publish({{{"shop.repartition", at}, {record}}}).has_value());
        const auto stepped = rig.step();
        ASSERT_FALSE(stepped.has_value());
        EXPECT_EQ(stepped.error().code, ErrorCode::kCorrupt);
        EXPECT_EQ(
            stepped.error().message,
            fmt::format(
                "shop.repartition/{} at 0: command record: {}",
                at.value,
                damaged ? "cut short" : "its subject has another home"
            )
        );
    }
}

}  // namespace
}  // namespace sluice::runtime
