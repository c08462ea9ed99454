// The record that says what topics are called on the brokers: who reads it, who may change it, and
// what becomes of both when they meet.

#include "log/kafka/broker_fixture.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace sluice::log::kafka {
namespace {

using conformance::code_of;
using conformance::place;
using test::OpenTransaction;

/// What an attempt to grow begins with, of a topic of that name.
NamesBook::Change beside(const std::string& topic) {
    return [topic](const Names& now) {
        const Replacement what{{}, {}, {topic + ".growing"}, {}};
        return now.replaced(what, [](const std::string& /*name*/) { return false; });
    };
}

/// The group's state, made beside, takes its place.
NamesBook::Change replaced(const std::string& group) {
    return [group](const Names& now) {
        const auto free = [](const std::string& /*name*/) { return false; };
        const Names made = now.replaced({{}, {}, {}, {group + ".growing"}}, free);
        return made.replaced({{}, {{group + ".growing", group}}, {}, {}}, free);
    };
}

class NamesBookTest : public testing::Test {
protected:
    /// A process of its own.
    [[nodiscard]] std::unique_ptr<test::KafkaParts> process(const std::string& name) const {
        KafkaLogOptions options = place_.options();
        options.cache /= name;
        options.answer = std::chrono::milliseconds{10'000};
        return std::make_unique<test::KafkaParts>(options);
    }

    /// As somebody does who is not Sluice.
    static void write(test::KafkaParts& parts, const std::string& value) {
        SLUICE_ASSERT_OK(parts.names.ensure());
        Append append{place(std::string{kNamesTopic}), {conformance::text(value)}};
        append.records.front().key = "names";
        SLUICE_ASSERT_OK(parts.producer->publish({append}));
    }

    test::KafkaPlace place_;
    std::unique_ptr<test::KafkaParts> one_{process("one")};
    std::unique_ptr<test::KafkaParts> two_{process("two")};
};

TEST_F(NamesBookTest, WhereThereIsNoTopicEverybodyHasOneName) {
    SLUICE_ASSERT_OK(one_->names.open());
    EXPECT_TRUE(one_->names.now()->is_plain());
    SLUICE_EXPECT_OK(one_->names.check("sequencer.shop"));
    EXPECT_FALSE(one_->topics.look(kNamesTopic).value()) << "looking makes nothing";
}

TEST_F(NamesBookTest, WhoTakesHomesMakesTheTopicOnce) {
    SLUICE_ASSERT_OK(one_->names.ensure());
    SLUICE_ASSERT_OK(one_->names.ensure());
    SLUICE_ASSERT_OK(two_->names.ensure());
    EXPECT_EQ(two_->topics.look(kNamesTopic).value()->partitions, 1U);
    SLUICE_ASSERT_OK(two_->names.open());
    EXPECT_TRUE(two_->names.now()->is_plain()) << "an empty one says nothing";
}

TEST_F(NamesBookTest, WhatIsChangedIsReadByWhoeverOpensLater) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(one_->names.change(beside("a"), {}));
    SLUICE_ASSERT_OK(one_->names.change(beside("b"), {}));
    SLUICE_ASSERT_OK(two_->names.open());
    EXPECT_EQ(*two_->names.now(), *one_->names.now());
    EXPECT_EQ(two_->names.now()->topic_on_broker("a.growing"), "a.g1");
    EXPECT_EQ(two_->names.now()->topic_on_broker("b.growing"), "b.g2");
}

TEST_F(NamesBookTest, AProcessKeepsTheNamesThatItBeganWith) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(two_->names.open());
    SLUICE_ASSERT_OK(two_->names.change(replaced("g"), {}));
    EXPECT_EQ(one_->names.now()->group_on_broker("g"), "g");
    EXPECT_EQ(two_->names.now()->group_on_broker("g"), "g.g1");
}

TEST_F(NamesBookTest, OnlyWhoseGroupWasReplacedMustEnd) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(two_->names.open());
    SLUICE_ASSERT_OK(two_->names.change(replaced("g"), {}));
    const Status behind = one_->names.check("g");
    EXPECT_EQ(code_of(behind), ErrorCode::kConflict);
    EXPECT_NE(behind.error().message.find("group g has been replaced"), std::string::npos);
    SLUICE_EXPECT_OK(one_->names.check("another"));
    SLUICE_EXPECT_OK(two_->names.check("g.g1"));
    SLUICE_ASSERT_OK(two_->names.change(replaced("g"), {}));  // and once more
    const auto later = process("later");
    SLUICE_ASSERT_OK(later->names.open());
    const std::string called = later->names.now()->group_on_broker("g");
    SLUICE_EXPECT_OK(later->names.check(called));
    SLUICE_ASSERT_OK(two_->names.change(replaced("g"), {}));
    EXPECT_EQ(code_of(later->names.check(called)), ErrorCode::kConflict);
}

TEST_F(NamesBookTest, WhoHasNotSeenTheLastChangeChangesNothing) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(two_->names.open());
    SLUICE_ASSERT_OK(two_->names.change(beside("a"), {}));
    EXPECT_EQ(code_of(one_->names.change(beside("b"), {})), ErrorCode::kConflict);
    SLUICE_ASSERT_OK(one_->names.open());
    EXPECT_EQ(one_->names.now()->topic_on_broker("b.growing"), "b.growing");
    SLUICE_EXPECT_OK(one_->names.change(beside("b"), {}));
}

TEST_F(NamesBookTest, AChangeThatIsRefusedChangesNothing) {
    SLUICE_ASSERT_OK(one_->names.open());
    const auto refused = [](const Names& /*now*/) -> Result<Names> {
        return Error{ErrorCode::kInvalidArgument, "no"};
    };
    EXPECT_EQ(code_of(one_->names.change(refused, {})), ErrorCode::kInvalidArgument);
    EXPECT_TRUE(one_->names.now()->is_plain());
    SLUICE_EXPECT_OK(one_->names.change(beside("a"), {}));
}

/// It may be about to be committed: reading past it would be to go by names that are no more.
TEST_F(NamesBookTest, AChangeUnderWayIsWaitedFor) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(one_->names.change(beside("a"), {}));
    Names next = *one_->names.now();
    next = beside("b")(next).value();
    {
        OpenTransaction open{
            *one_, "slow", place(std::string{kNamesTopic}), next.encode(), "names"};
        auto opened = std::async(std::launch::async, [&] { return two_->names.open(); });
        EXPECT_EQ(opened.wait_for(std::chrono::milliseconds{500}), std::future_status::timeout);
        open.commit();
        SLUICE_ASSERT_OK(opened.get());
    }
    EXPECT_EQ(*two_->names.now(), next);
}

/// Its writer was killed: whoever changes the names next ends what it has begun.
TEST_F(NamesBookTest, WhatAKilledWriterHasBegunIsEndedByTheNext) {
    SLUICE_ASSERT_OK(one_->names.open());
    SLUICE_ASSERT_OK(two_->names.open());
    SLUICE_ASSERT_OK(one_->names.ensure());
    const std::string begun = beside("a")(*one_->names.now()).value().encode();
    const OpenTransaction killed{
        *one_, std::string{kNamesTopic}, place(std::string{kNamesTopic}), begun, "names"};
    SLUICE_ASSERT_OK(two_->names.change(beside("b"), {}));
    EXPECT_EQ(two_->names.now()->topic_on_broker("a.growing"), "a.growing");
    EXPECT_EQ(two_->names.now()->topic_on_broker("b.growing"), "b.g1");
}

TEST_F(NamesBookTest, WhatIsNoTableIsNotPassedOver) {
    write(*one_, "x");
    EXPECT_EQ(code_of(two_->names.open()), ErrorCode::kUnsupported) << "of a version to come";
    const auto three = process("three");
    write(*one_, std::string{"\x01"});
    EXPECT_EQ(code_of(three->names.open()), ErrorCode::kCorrupt);
    EXPECT_EQ(code_of(three->names.open()), ErrorCode::kCorrupt)
        << "and not either when asked again";
    write(*one_, beside("a")(Names{}).value().encode());
    SLUICE_EXPECT_OK(three->names.open());
}

}  // namespace
}  // namespace sluice::log::kafka
