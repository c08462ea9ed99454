// The copy of a home's state: brought up to date, thrown away when it cannot be true.

#include "log/kafka/broker_fixture.hpp"

namespace sluice::log::kafka {
namespace {

using conformance::place;

constexpr HomeId kRestored{3};
constexpr HomeId kNotRestored{7};
constexpr Instant kNow{1'800'000'000'000};

class RestoreTest : public testing::Test {
protected:
    void SetUp() override {
        SLUICE_ASSERT_OK(parts_.topics.create({"g.state", 1}, compacted_topic(parts_.options())));
        auto producer = Producer::open(parts_.options(), parts_.trouble(), parts_.topics);
        SLUICE_ASSERT_OK(producer);
        producer_ = std::move(producer.value());
    }

    void write(
        HomeId home,
        std::uint8_t table,
        const std::string& key,
        const std::optional<std::string>& value
    ) {
        Append one{at_, {Record{encode_state_key({home, table, key}), value, {}, kNow}}};
        SLUICE_ASSERT_OK(producer_->publish({one}));
    }

    [[nodiscard]] Result<CacheMark> restore(Instant now = kNow) {
        const auto ends = parts_.watermarks.ends(at_);
        const RestoreNews news{"g", kRestored, parts_.options().notice};
        return restore_home(parts_.streams, at_, ends.value(), copy(), now, news);
    }

    [[nodiscard]] Cache::Home copy() { return parts_.parts().cache.home("g", kRestored); }

    test::KafkaPlace place_;
    test::KafkaParts parts_{place_.options()};
    std::unique_ptr<Producer> producer_;
    const PartitionRef at_{place("g.state")};
};

TEST_F(RestoreTest, TakesTheNewestOfItsOwnHomeOnly) {
    write(kRestored, 1, "a", "old");
    write(kNotRestored, 1, "a", "another's");
    write(kRestored, 1, "a", "new");
    write(kRestored, 2, "gone", "x");
    write(kRestored, 2, "gone", std::nullopt);
    write(kRestored, kOwnTable, std::string{kStepKey}, encode_step(9));
    const auto mark = restore();
    SLUICE_ASSERT_OK(mark);
    EXPECT_EQ(mark.value(), (CacheMark{Offset{6}, 9, 0, kNow}));
    EXPECT_EQ(copy().mark().value(), mark.value());
    EXPECT_EQ(copy().scan(Table{1}, "", 9).value(), (Entries{{"a", "new"}}));
    EXPECT_EQ(copy().scan(Table{2}, "", 9).value(), Entries{});
}

TEST_F(RestoreTest, GoesOnFromWhereTheCopyIsTrue) {
    write(kRestored, 1, "a", "1");
    SLUICE_ASSERT_OK(restore());
    // What the topic says below the mark is not read again.
    const std::vector<StateChange> changed{{kRestored, Table{1}, "a", "as it was"}};
    SLUICE_ASSERT_OK(copy().write(changed, copy().mark().value().value()));
    write(kRestored, 1, "b", "2");
    SLUICE_ASSERT_OK(restore());
    EXPECT_EQ(copy().scan(Table{1}, "", 9).value(), (Entries{{"a", "as it was"}, {"b", "2"}}));
}

TEST_F(RestoreTest, ACopyThatKnowsMoreThanTheTopicIsThrownAway) {
    write(kRestored, 1, "a", "1");
    const std::vector<StateChange> wrong{{kRestored, Table{1}, "ahead", "of the log"}};
    SLUICE_ASSERT_OK(copy().write(wrong, CacheMark{Offset{99}, 50, 50, kNow}));
    const auto mark = restore();
    SLUICE_ASSERT_OK(mark);
    EXPECT_EQ(mark.value().step, 0U);
    EXPECT_EQ(copy().scan(Table{1}, "", 9).value(), (Entries{{"a", "1"}}));
}

TEST_F(RestoreTest, ACopyThatIsTooOldIsThrownAway) {
    write(kRestored, 1, "a", "1");
    SLUICE_ASSERT_OK(restore());
    const std::vector<StateChange> stale{{kRestored, Table{1}, "stale", "deleted long ago"}};
    SLUICE_ASSERT_OK(copy().write(stale, copy().mark().value().value()));
    SLUICE_ASSERT_OK(restore(kNow + Cache::kAgeMax));
    EXPECT_EQ(copy().get(Table{1}, "stale").value(), "deleted long ago") << "young enough";
    SLUICE_ASSERT_OK(restore(kNow + Cache::kAgeMax + Cache::kAgeMax + Milliseconds{1}));
    EXPECT_EQ(copy().get(Table{1}, "stale").value(), std::nullopt);
    EXPECT_EQ(copy().get(Table{1}, "a").value(), "1");
}

TEST_F(RestoreTest, WhatSluiceCannotHaveWrittenIsNamed) {
    SLUICE_ASSERT_OK(producer_->publish({{at_, {Record{"x", "y", {}, kNow}}}}));
    const auto refused = restore();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(refused.error().message.find("g.state/0 offset 0"), std::string::npos);
}

}  // namespace
}  // namespace sluice::log::kafka
