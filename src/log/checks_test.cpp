#include "log/checks.hpp"

#include <gtest/gtest.h>

namespace sluice::log {

namespace {

constexpr std::size_t kRecordBytes = 1'000;

TopicSpec topic(std::string name, std::uint32_t partitions = 1) {
    return TopicSpec{std::move(name), partitions};
}

Record record(std::size_t bytes) {
    Record made;
    made.value = std::string(bytes, 'x');
    return made;
}

Append append(std::size_t bytes) {
    return Append{PartitionRef{"t", PartitionId{0}}, {record(1), record(bytes)}};
}

ErrorCode code_of(const Status& status) {
    EXPECT_FALSE(status.has_value());
    return status ? ErrorCode{} : status.error().code;
}

const std::vector<HomeId> kLeased{HomeId{1}, HomeId{2}};

TEST(Checks, TopicNamesAreKafkas) {
    for (const char* name : {"a", "order.placed", "A-z_0.9", "..."})
        EXPECT_TRUE(validate(topic(name)));
    EXPECT_TRUE(validate(topic(std::string(249, 'x'))));
    for (const char* name : {"", ".", "..", "a b", "a/b", "ä", "a\n"}) {
        const Status refused = validate(topic(name));
        EXPECT_EQ(code_of(refused), ErrorCode::kInvalidArgument) << name;
        EXPECT_NE(refused.error().message.find(name), std::string::npos);
    }
    EXPECT_FALSE(validate(topic(std::string(250, 'x'))));
}

TEST(Checks, PartitionCounts) {
    EXPECT_TRUE(validate(topic("t", 1)));
    EXPECT_TRUE(validate(topic("t", 4'096)));
    EXPECT_EQ(code_of(validate(topic("t", 0))), ErrorCode::kInvalidArgument);
    EXPECT_EQ(code_of(validate(topic("t", 4'097))), ErrorCode::kInvalidArgument);
}

TEST(Checks, GroupNames) {
    EXPECT_TRUE(validate_group("sequencer of order"));
    EXPECT_FALSE(validate_group(""));
    EXPECT_FALSE(validate_group("a\tb"));
    EXPECT_FALSE(validate_group(std::string(250, 'g')));
}

TEST(Checks, ALeaseNamesEachHomeOnce) {
    EXPECT_TRUE(validate_homes(kLeased));
    EXPECT_FALSE(validate_homes({}));
    EXPECT_FALSE(validate_homes(std::vector{HomeId{3}, HomeId{1}, HomeId{3}}));
}

TEST(Checks, RecordsHaveALimitThatCountsHeaders) {
    EXPECT_TRUE(validate(std::vector{append(kRecordBytes)}, kRecordBytes));
    const Status refused = validate(std::vector{append(kRecordBytes + 1)}, kRecordBytes);
    EXPECT_EQ(code_of(refused), ErrorCode::kTooLarge);
    EXPECT_NE(refused.error().message.find("record 1 for t/0 has 1001 bytes"), std::string::npos);

    Append with_header = append(kRecordBytes);
    with_header.records[1].headers.push_back(Header{"h", ""});
    EXPECT_EQ(code_of(validate(std::vector{with_header}, kRecordBytes)), ErrorCode::kTooLarge);
}

TEST(Checks, NothingToPublishIsAMistake) {
    EXPECT_FALSE(validate(std::vector<Append>{}, kRecordBytes));
    EXPECT_FALSE(validate(std::vector{Append{PartitionRef{"t", PartitionId{0}}, {}}}, kRecordBytes)
    );
}

TEST(Checks, AnEmptyStepPassesWithAndWithoutHomes) {
    EXPECT_TRUE(validate(Step{}, kLeased, kRecordBytes));
    EXPECT_TRUE(validate(Step{{HomeId{1}}, {}, {}, {}}, kLeased, kRecordBytes));
}

TEST(Checks, AStepListsEveryHomeItNames) {
    Step step;
    step.homes = {HomeId{1}};
    step.consumed = {Consumed{HomeId{1}, PartitionRef{"t", PartitionId{0}}, Offset{0}}};
    step.changes = {StateChange{HomeId{1}, Table{1}, "k", "v"}};
    EXPECT_TRUE(validate(step, kLeased, kRecordBytes));

    Step elsewhere = step;
    elsewhere.consumed[0].home = HomeId{2};
    EXPECT_EQ(code_of(validate(elsewhere, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
    elsewhere = step;
    elsewhere.changes[0].home = HomeId{2};
    EXPECT_EQ(code_of(validate(elsewhere, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
    elsewhere = step;
    elsewhere.homes.push_back(HomeId{3});
    EXPECT_EQ(code_of(validate(elsewhere, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
    elsewhere = step;
    elsewhere.homes.clear();
    EXPECT_EQ(code_of(validate(elsewhere, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
    elsewhere = step;
    elsewhere.consumed[0].next = Offset{-1};
    EXPECT_EQ(code_of(validate(elsewhere, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
}

TEST(Checks, AStepOfAppendsAloneNeedsItsHome) {
    Step step;
    step.appends = {append(5)};
    EXPECT_EQ(code_of(validate(step, kLeased, kRecordBytes)), ErrorCode::kInvalidArgument);
    step.homes = {HomeId{2}};
    EXPECT_TRUE(validate(step, kLeased, kRecordBytes));
    step.appends[0].records.clear();
    EXPECT_FALSE(validate(step, kLeased, kRecordBytes));
}

}  // namespace

}  // namespace sluice::log
