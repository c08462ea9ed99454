#include "runtime/sequencing/classify.hpp"

#include "event/kafka.hpp"
#include "runtime/domain/plan_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using sequence::Arrival;
using sequence::NeedMark;
using sequence::NeedNumber;

const sequence::Origin kOrigin{"shop.a", PartitionId{1}, Offset{7}};

class ClassifyTest : public testing::Test {
protected:
    Classified classified(Record record, std::size_t channel = 0, Depth depth = Depth::kWhole) {
        return classify(plan_, plan_.channels.at(channel), std::move(record), kOrigin, depth);
    }

    Arrival arrived(const Event& event, std::size_t channel = 0) {
        Classified made = classified(event::to_record(event, event.subject), channel);
        EXPECT_TRUE(std::holds_alternative<Arrival>(made.what));
        warning_ = made.warning;
        return std::get<Arrival>(std::move(made.what));
    }

    std::string unreadable(Record record) {
        const Classified made = classified(std::move(record));
        const auto* aside = std::get_if<Unreadable>(&made.what);
        return aside == nullptr ? "it was readable" : aside->reason;
    }

    DomainPlan plan_{test::shop_plan()};
    std::string warning_;
};

TEST_F(ClassifyTest, TakesWhatTheSequencerLooksAtAndKeepsTheRecord) {
    const Event event = test::event("a.made", "s1", "/a", 3);
    const Arrival arrival = arrived(event);
    EXPECT_EQ(arrival.subject, "s1");
    EXPECT_EQ(arrival.source, "/a");
    EXPECT_EQ(arrival.id, event.id);
    EXPECT_EQ(arrival.type, "a.made");
    EXPECT_EQ(arrival.number, SourceNumber{3});
    EXPECT_EQ(arrival.origin, kOrigin);
    EXPECT_EQ(arrival.record, event::to_record(event, "s1"));
    EXPECT_TRUE(arrival.needs.empty());
    EXPECT_FALSE(arrival.ordered_by_rule);
    EXPECT_EQ(arrival.invalid, "");
}

TEST_F(ClassifyTest, ContentHashTellsIdTypeAndDataApart) {
    const Event event = test::event("a.made", "s1", "/a", 1);
    const std::uint64_t hash = arrived(event).content_hash;
    EXPECT_EQ(arrived(event).content_hash, hash);
    for (const char* what : {"id", "type", "data", "no data"}) {
        Event other = event;
        if (what == std::string_view{"id"}) other.id += "x";
        if (what == std::string_view{"type"}) other.type = "a.cancelled";
        if (what == std::string_view{"data"}) other.data = "{}";
        if (what == std::string_view{"no data"}) other.data.reset();
        EXPECT_NE(arrived(other).content_hash, hash) << what;
    }
    Event later = event;
    later.time = "2027-01-01T00:00:00Z";
    EXPECT_EQ(arrived(later).content_hash, hash) << "a relay may write the time anew";
}

TEST_F(ClassifyTest, StampsBecomeNeeds) {
    Event event = test::event("a.made", "s1", "/a", 1);
    event.extensions["dependson"] = "/b 2 /c 5";
    const Arrival arrival = arrived(event);
    ASSERT_EQ(arrival.needs.size(), 2U);
    EXPECT_EQ(std::get<NeedNumber>(arrival.needs[0]), (NeedNumber{"/b", SourceNumber{2}}));
    EXPECT_EQ(std::get<NeedNumber>(arrival.needs[1]), (NeedNumber{"/c", SourceNumber{5}}));
}

TEST_F(ClassifyTest, StampsThatCannotBeReadMakeItInvalidInItsPlace) {
    Event event = test::event("a.made", "s1", "/a", 2);
    event.extensions["dependson"] = "/b two";
    const Arrival arrival = arrived(event);
    EXPECT_EQ(arrival.number, SourceNumber{2});
    EXPECT_NE(arrival.invalid, "");
}

TEST_F(ClassifyTest, RulesByValueMeetTheMarksOfTheirTypes) {
    Event sent = test::event("b.sent", "s1", "/b", 1);
    sent.data = R"({"parcel":"p1"})";
    Event done = test::event("c.done", "s1", "/c", 0);
    done.data = R"({"other":1, "parcel":"p1"})";
    const Arrival a = arrived(sent, 1);
    const Arrival b = arrived(done, 2);
    ASSERT_EQ(a.marks.size(), 1U);
    ASSERT_EQ(b.needs.size(), 1U);
    const auto& need = std::get<NeedMark>(b.needs[0]);
    EXPECT_EQ(need.any_of, a.marks);
    EXPECT_EQ(need.wanted, "b.sent with the same /parcel");
    EXPECT_TRUE(b.ordered_by_rule);

    done.data = R"({"parcel":"p2"})";
    EXPECT_NE(std::get<NeedMark>(arrived(done, 2).needs[0]).any_of, a.marks);
}

TEST_F(ClassifyTest, ARuleThatFindsNoValueMakesItInvalid) {
    for (const char* data : {"{}", "no json", R"({"parcel":{}})", R"({"parcel":null})"}) {
        Event done = test::event("c.done", "s1", "/c", 0);
        done.data = data;
        const Arrival arrival = arrived(done, 2);
        EXPECT_NE(arrival.invalid.find("/parcel"), std::string::npos) << data;
    }
}

TEST_F(ClassifyTest, PlainRulesAndClosingComeFromThePlan) {
    plan_.types["a.made"].marks = {sequence::mark_of("a.made")};
    NeedPlan need;
    need.types = {"a.made"};
    need.marks = {sequence::mark_of("a.made")};
    need.wanted = "a.made";
    need.if_seen = true;
    plan_.types["a.cancelled"].needs = {need};
    plan_.types["a.cancelled"].closes = true;
    const Arrival made = arrived(test::event("a.made", "s1", "/a", 1));
    const Arrival cancelled = arrived(test::event("a.cancelled", "s1", "/a", 2));
    EXPECT_EQ(std::get<NeedMark>(cancelled.needs.at(0)).any_of, made.marks);
    EXPECT_TRUE(std::get<NeedMark>(cancelled.needs.at(0)).if_seen);
    EXPECT_TRUE(cancelled.closes);
    EXPECT_FALSE(made.closes);
}

TEST_F(ClassifyTest, OnlyWhatHasNoPlaceIsUnreadable) {
    EXPECT_NE(unreadable({{}, "x", {}, {}}).find("no CloudEvents"), std::string::npos);
    Event event = test::event("a.made", "s1", "/a", 1);
    event.subject.clear();
    EXPECT_NE(unreadable(event::to_record(event, {})).find("subject"), std::string::npos);
    for (const char* number : {"0", "two", "-1", "1.5", "18446744073709551616"}) {
        event = test::event("a.made", "s1", "/a", 1);
        event.extensions["sourcesequence"] = number;
        EXPECT_NE(
            unreadable(event::to_record(event, "s1")).find("sourcesequence"), std::string::npos
        ) << number;
    }
}

TEST_F(ClassifyTest, AStructuredRecordIsReadAsTheBinaryOneOfItsEvent) {
    const Event event = test::event("a.made", "s1", "/a", 4);
    Classified made = classified(event::to_structured_record(event, "s1"));
    const auto& arrival = std::get<Arrival>(made.what);
    EXPECT_EQ(arrival.number, SourceNumber{4});
    EXPECT_EQ(arrival.content_hash, arrived(event).content_hash);
    EXPECT_EQ(event::mode_of(arrival.record), event::ContentMode::kBinary);
    Record broken = event::to_structured_record(event, "s1");
    broken.value = "{";
    EXPECT_NE(unreadable(broken), "it was readable");
}

TEST_F(ClassifyTest, TombstonesAndForeignTypesArePassedOver) {
    const Classified empty = classified({"s1", {}, {}, {}});
    EXPECT_TRUE(std::holds_alternative<TombstoneRecord>(empty.what));
    const Record other = event::to_record(test::event("z.other", "s1", "/z", 1), "s1");
    EXPECT_TRUE(std::holds_alternative<Arrival>(classified(other).what)) << "unknown types pass";
    plan_.channels[0].others_are_foreign = true;
    EXPECT_TRUE(std::holds_alternative<Foreign>(classified(other).what));
}

TEST_F(ClassifyTest, ValidationIsTheChannelsChoice) {
    plan_.check = [](std::string_view, const Record&) { return std::string{"/n: too small"}; };
    const Event event = test::event("a.made", "s1", "/a", 1);
    plan_.channels[0].checking = Checking::kOff;
    EXPECT_EQ(arrived(event).invalid, "");
    EXPECT_EQ(warning_, "");
    plan_.channels[0].checking = Checking::kWarn;
    EXPECT_EQ(arrived(event).invalid, "");
    EXPECT_EQ(warning_, "/n: too small");
    plan_.channels[0].checking = Checking::kEnforce;
    EXPECT_EQ(arrived(event).invalid, "/n: too small");
    EXPECT_EQ(arrived(test::event("z.unknown", "s1", "/a", 1)).invalid, "") << "no schema for it";
}

TEST_F(ClassifyTest, OnTheWayHomeOnlyThePlaceIsRead) {
    plan_.check = [](std::string_view, const Record&) { return std::string{"not to be asked"}; };
    plan_.channels[2].checking = Checking::kEnforce;
    Event done = test::event("c.done", "s1", "/c", 0);
    done.data = "no json";
    const Classified made = classified(event::to_record(done, "s1"), 2, Depth::kPlaceOnly);
    const auto& arrival = std::get<Arrival>(made.what);
    EXPECT_EQ(arrival.subject, "s1");
    EXPECT_EQ(arrival.invalid, "");
    EXPECT_TRUE(arrival.needs.empty());
}

}  // namespace
}  // namespace sluice::runtime
