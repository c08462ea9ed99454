#include "log/checks.hpp"

#include <gtest/gtest.h>

#include <cctype>

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

TEST(Checks, TopicNamesAreBytesOfAsciiAndNothingElse) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string name{'a', static_cast<char>(byte)};
        const bool allowed =
            byte < 128 && (std::isalnum(byte) != 0 || byte == '.' || byte == '_' || byte == '-');
        EXPECT_EQ(validate(topic(name)).has_value(), allowed) << byte;
    }
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
    EXPECT_TRUE(validate_group(std::string(249, 'g')));
    EXPECT_FALSE(validate_group(std::string(250, 'g')));
    EXPECT_TRUE(validate_group("Bestellungen · 주문"));
    for (const char control : {'\0', '\n', '\x1F', '\x7F'}) {
        EXPECT_FALSE(validate_group(std::string{'g', control})) << int{control};
    }
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

TEST(Checks, TheLimitCountsKeyValueAndHeadersAndNoTime) {
    Record full = record(400);
    full.key = std::string(300, 'k');
    full.headers = {{std::string(100, 'n'), std::string(150, 'v')}, {"ab", std::string(48, 'v')}};
    full.time = Instant{1'700'000'000'000};
    Append exact{PartitionRef{"t", PartitionId{0}}, {full}};
    EXPECT_TRUE(validate(std::vector{exact}, kRecordBytes));
    exact.records[0].key->push_back('k');
    EXPECT_EQ(code_of(validate(std::vector{exact}, kRecordBytes)), ErrorCode::kTooLarge);
}

TEST(Checks, TheFirstRecordThatIsTooLargeIsNamedAmongMany) {
    std::vector<Append> appends{append(5), append(5), append(kRecordBytes + 7)};
    appends[2].to = PartitionRef{"order.placed", PartitionId{11}};
    const Status refused = validate(appends, kRecordBytes);
    EXPECT_EQ(code_of(refused), ErrorCode::kTooLarge);
    const std::string named = "record 1 for order.placed/11 has 1007 bytes, more than the 1000";
    EXPECT_NE(refused.error().message.find(named), std::string::npos) << refused.error().message;
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
