#include "runtime/inspect/verify.hpp"

#include "base/hash.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/subjects/subject_store.hpp"
#include "sequence/state_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;

constexpr int kSubjects = 20;
constexpr int kEach = 5;

class VerifyTest : public testing::Test {
protected:
    void SetUp() override {
        shop_.subscribe("any", seen_);
        shop_.start();
        std::vector<Event> events;
        for (int s = 0; s < kSubjects; ++s) {
            for (std::uint64_t n = kEach; n > 0; --n) {
                events.push_back(event("a.made", fmt::format("s{}", s), "/a", n));
            }
        }
        shop_.publish(events);
        shop_.settle();
        ASSERT_TRUE(shop_.engine().stop().has_value());  // what is known is stored
    }

    [[nodiscard]] Verification verified() {
        auto result = verify(shop_.log(), "shop");
        EXPECT_TRUE(result.has_value()) << result.error().message;
        return result ? std::move(result.value()) : Verification{};
    }

    void append(const std::string& subject, Record record) {
        const log::PartitionRef to{"shop.ordered", PartitionId{home_of(subject, 3).value}};
        ASSERT_TRUE(shop_.log().publish({{to, {std::move(record)}}}).has_value());
    }

    [[nodiscard]] Record last_of(const std::string& subject) {
        const log::PartitionRef from{"shop.ordered", PartitionId{home_of(subject, 3).value}};
        Record last;
        const auto read = shop_.log().read(from, Offset{0}, {10'000, std::size_t{1} << 30});
        for (const log::StoredRecord& stored : read.value()) {
            if (stored.record.key == subject) last = stored.record;
        }
        return last;
    }

    void store(const std::string& subject, std::optional<std::string> value) {
        const HomeId home = home_of(subject, 3);
        auto lease = shop_.log().take(sequencer_group("shop"), {home});
        log::Step step{{home}, {}, {}, {{home, table::kSubjects, subject, std::move(value)}}};
        ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
    }

    Shop shop_;
    Seen seen_;
};

TEST_F(VerifyTest, WhatAnEngineLeftHolds) {
    const Verification result = verified();
    EXPECT_EQ(result.wrong, 0U) << result.findings.front();
    EXPECT_EQ(result.records, std::uint64_t{kSubjects} * kEach);
    EXPECT_EQ(result.subjects, std::uint64_t{kSubjects});
    EXPECT_EQ(result.stored, std::uint64_t{kSubjects});
}

TEST_F(VerifyTest, APositionThatIsGivenTwiceIsFoundAndTheOthersAreLookedAt) {
    append("s3", last_of("s3"));
    const Verification result = verified();
    ASSERT_EQ(result.wrong, 1U);
    EXPECT_NE(result.findings.front().find("shop.ordered/"), std::string::npos);
    EXPECT_NE(result.findings.front().find("s3"), std::string::npos);
    EXPECT_EQ(result.subjects, std::uint64_t{kSubjects});
}

TEST_F(VerifyTest, ARecordThatIsNoneOfSluicesIsFound) {
    Record foreign = event::to_record(event("a.made", "s1", "/a", 9), "s1");
    append("s1", std::move(foreign));
    const Verification result = verified();
    EXPECT_EQ(result.wrong, 1U);
}

TEST_F(VerifyTest, ARecordInAnotherHomeIsFound) {
    const HomeId home = home_of("s2", 3);
    const log::PartitionRef to{"shop.ordered", PartitionId{(home.value + 1) % 3}};
    ASSERT_TRUE(shop_.log().publish({{to, {last_of("s2")}}}).has_value());
    const Verification result = verified();
    ASSERT_GE(result.wrong, 1U);
    EXPECT_NE(result.findings.front().find("another home"), std::string::npos);
}

TEST_F(VerifyTest, AStateThatIsNotTheFoldIsFound) {
    const auto there =
        shop_.log().peek(sequencer_group("shop"), home_of("s4", 3), table::kSubjects, "s4", 1);
    auto history = sequence::decode_history(there.value().front().second);
    ASSERT_TRUE(history.has_value());
    history.value().sources.front().released = SourceNumber{kEach - 1};
    store("s4", sequence::encode_history(history.value()));
    const Verification wrong = verified();
    ASSERT_EQ(wrong.wrong, 1U);
    EXPECT_NE(wrong.findings.front().find("s4: at position 5"), std::string::npos);
}

TEST_F(VerifyTest, AStateThatIsAheadOfTheTopicIsFound) {
    const auto there =
        shop_.log().peek(sequencer_group("shop"), home_of("s4", 3), table::kSubjects, "s4", 1);
    auto history = sequence::decode_history(there.value().front().second);
    history.value().last = Position{99};
    store("s4", sequence::encode_history(history.value()));
    const Verification wrong = verified();
    ASSERT_EQ(wrong.wrong, 1U);
    EXPECT_NE(wrong.findings.front().find("position 99"), std::string::npos);
}

TEST_F(VerifyTest, AStateThatIsBehindIsNotWrong) {
    store("s5", std::nullopt);
    const Verification result = verified();
    EXPECT_EQ(result.wrong, 0U);
    EXPECT_EQ(result.stored, std::uint64_t{kSubjects - 1});
}

TEST_F(VerifyTest, NoSuchDomain) {
    EXPECT_EQ(verify(shop_.log(), "nothing").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sluice::runtime
