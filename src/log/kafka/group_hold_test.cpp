// A group that a process has to itself, on a real broker: who is waited for, who is left alone, and
// what is fenced.

#include "log/kafka/group_hold.hpp"

#include "log/kafka/broker_fixture.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace sluice::log::kafka {
namespace {

using conformance::code_of;
using conformance::place;
using test::soon;

constexpr std::uint32_t kHeldHomes = 3;

class GroupHoldTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_.topics.create({"home", kHeldHomes}, kept_topic(parts_.options())));
    }

    [[nodiscard]] KafkaLogOptions options(const std::string& instance) const {
        KafkaLogOptions options = place_.options();
        options.instance = instance;
        options.cache /= instance;
        options.session = std::chrono::milliseconds{6'000};
        return options;
    }

    [[nodiscard]] Group& group(const std::string& name) {
        auto& made = groups_[name];
        if (!made) {
            made = std::make_unique<Group>(
                parts_.options(), parts_.trouble(), parts_.topics, parts_.changed, name
            );
        }
        return *made;
    }

    [[nodiscard]] Result<std::unique_ptr<GroupHold>> hold(
        const std::string& name, const std::string& topic = "home"
    ) {
        return GroupHold::open(
            parts_.options(),
            parts_.trouble(),
            parts_.topics,
            parts_.watermarks,
            group(name),
            {name, topic, {}}
        );
    }

    /// Somebody of another process.
    [[nodiscard]] std::unique_ptr<Membership> member(Log& log, const std::string& name) const {
        auto joined = log.join({name, "home", {}});
        EXPECT_TRUE(joined) << joined.error().message;
        EXPECT_TRUE(soon([&] { return !joined.value()->share().homes.empty(); }));
        return std::move(joined.value());
    }

    [[nodiscard]] std::string members(const std::string& name) {
        const auto told = members_of(parts_.options(), parts_.trouble(), name);
        EXPECT_TRUE(told) << told.error().message;
        return told ? told.value() : "";
    }

    test::KafkaPlace place_;
    test::KafkaParts parts_{options("one")};
    std::map<std::string, std::unique_ptr<Group>> groups_;
};

TEST_F(GroupHoldTest, TellsWhoIsThere) {
    EXPECT_EQ(members("g"), "") << "of a group that has never been";
    const auto log = test::open_kafka_or_fail(options("two"));
    {
        const auto joined = member(*log, "g");
        EXPECT_NE(members("g").find("two at /127.0.0.1"), std::string::npos) << members("g");
    }
    EXPECT_NE(members("g"), "") << "a static member that has left is still remembered";
    EXPECT_TRUE(soon([&] { return members("g").empty(); }));
}

TEST_F(GroupHoldTest, WaitsForWhoHasLeftAndHasAllHomesThen) {
    {
        const auto log = test::open_kafka_or_fail(options("two"));
        const auto joined = member(*log, "g");
    }
    const auto held = hold("g");
    SLUICE_ASSERT_OK(held);
    SLUICE_EXPECT_OK(held.value()->check());
    EXPECT_EQ(group("g").share().homes.size(), kHeldHomes);
    EXPECT_EQ(held.value()->group(), "g");
}

TEST_F(GroupHoldTest, ATopicThatIsNotThereHasNoHomes) {
    EXPECT_EQ(code_of(hold("g", "nowhere")), ErrorCode::kNotFound);
}

TEST_F(GroupHoldTest, ItLeavesWhenItGoes) {
    SLUICE_ASSERT_OK(hold("g"));  // and goes
    EXPECT_FALSE(group("g").spec().has_value());
    const auto log = test::open_kafka_or_fail(options("two"));
    const auto joined = member(*log, "g");
    EXPECT_TRUE(soon([&] { return joined->share().homes.size() == kHeldHomes; }));
}

TEST_F(GroupHoldTest, WhoComesIsNoticed) {
    const auto held = hold("g");
    SLUICE_ASSERT_OK(held);
    const auto log = test::open_kafka_or_fail(options("two"));
    const auto joined = member(*log, "g");
    EXPECT_EQ(code_of(held.value()->check()), ErrorCode::kFenced);
}

/// The offset that is committed with the generation is the one that is there.
TEST_F(GroupHoldTest, FencingMovesNothing) {
    const auto transactions = parts_.transactions("writer");
    for (const bool consumed : {false, true}) {
        const auto held = hold("g");
        SLUICE_ASSERT_OK(held);
        const PartitionRef first = place("home");
        if (consumed) {
            const CommitMark mark{7, "owner", false};
            const auto fence = held.value()->fence();
            SLUICE_ASSERT_OK(fence);
            SLUICE_ASSERT_OK(transactions->write(
                {}, {{first, Offset{0}, encode_mark(mark)}}, fence.value().group
            ));
        }
        const auto fence = held.value()->fence();
        SLUICE_ASSERT_OK(fence);
        SLUICE_ASSERT_OK(transactions->write({}, std::array{fence.value()}));
        const auto after = group("g").offsets().ask(std::array{first});
        SLUICE_ASSERT_OK(after);
        ASSERT_TRUE(after.value().front().has_value());
        const Committed& committed = *after.value().front();
        EXPECT_EQ(committed.next, Offset{0});
        EXPECT_EQ(committed.consumed().has_value(), consumed) << "a fence is no consumption";
        if (consumed) {
            EXPECT_EQ(committed.mark->step, 7U);
        }
    }
}

/// Two groups in one transaction: that one has another generation keeps the other as it was.
TEST_F(GroupHoldTest, TwoAreFencedTogetherOrNotAtAll) {
    const auto one = hold("g");
    const auto two = hold("h");
    SLUICE_ASSERT_OK(one);
    SLUICE_ASSERT_OK(two);
    const std::array fences{one.value()->fence().value(), two.value()->fence().value()};
    const auto transactions = parts_.transactions("writer");
    const auto written_to = [&](const std::string& name) {
        return group(name).offsets().ask(std::array{place("home")}).value().front().has_value();
    };
    const auto log = test::open_kafka_or_fail(options("two"));
    const auto joined = member(*log, "h");
    EXPECT_EQ(code_of(transactions->write({}, fences)), ErrorCode::kFenced);
    EXPECT_TRUE(transactions->is_aborted());
    EXPECT_FALSE(written_to("g"));
    EXPECT_FALSE(written_to("h"));
    const auto again = parts_.transactions("writer");
    SLUICE_ASSERT_OK(again->write({}, std::array{fences.front()}));
    EXPECT_TRUE(written_to("g"));
}

}  // namespace
}  // namespace sluice::log::kafka
