// What growing is made of, part by part.
#include "log/embedded/test_log.hpp"
#include "runtime/grow/grown_state.hpp"
#include "runtime/grow/offsets_moved.hpp"
#include "runtime/grow/partition_reader.hpp"
#include "runtime/grow/record_writer.hpp"
#include "runtime/grow/staging.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

constexpr PartitionId kFirst{0};
constexpr PartitionId kSecond{1};

class GrowParts : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(log_->create_topic({"t", 2})); }

    [[nodiscard]] std::vector<std::string> texts(PartitionId p) const {
        return log::test::texts(*log_, {"t", p});
    }

    log::test::ScratchDirectory scratch_;
    std::unique_ptr<log::EmbeddedLog> log_{
        log::test::open_or_fail(log::test::test_options(scratch_.path()))};
};

TEST_F(GrowParts, TheWriterKnowsWhereARecordWillLie) {
    RecordWriter to{*log_, "t", 2};
    ASSERT_TRUE(to.add(kSecond, log::test::text_record("a")));
    EXPECT_EQ(to.end(kSecond), Offset{1});
    EXPECT_EQ(to.end(kFirst), Offset{0});
    EXPECT_TRUE(texts(kSecond).empty()) << "it is held";
    ASSERT_TRUE(to.flush());
    ASSERT_TRUE(to.add(kSecond, log::test::text_record("b")));
    EXPECT_EQ(to.end(kSecond), Offset{2});
    ASSERT_TRUE(to.flush());
    EXPECT_EQ(texts(kSecond), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(to.written(), 2U);
}

TEST_F(GrowParts, TheWriterHoldsSoMuchAndNoMore) {
    RecordWriter to{*log_, "t", 2};
    const std::string big(std::size_t{1} << 20, 'x');
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(to.add(kFirst, log::test::text_record(big)));
    EXPECT_EQ(texts(kFirst).size(), 4U);
}

TEST_F(GrowParts, APartitionBeginsWhereItIsTold) {
    RecordWriter to{*log_, "t", 2};
    ASSERT_TRUE(to.begin_at(kFirst, Offset{3}));
    ASSERT_TRUE(to.begin_at(kSecond, Offset{0}));
    ASSERT_TRUE(to.add(kFirst, log::test::text_record("a")));
    ASSERT_TRUE(to.flush());
    const auto ends = log_->ends({"t", kFirst}).value();
    EXPECT_EQ(ends.first, Offset{3});
    EXPECT_EQ(ends.committed, Offset{4});
    EXPECT_EQ(texts(kFirst), std::vector<std::string>{"a"});
    EXPECT_EQ(log_->ends({"t", kSecond}).value().committed, Offset{0});
}

TEST_F(GrowParts, AWriterBesideItIsNoticed) {
    RecordWriter to{*log_, "t", 2};
    ASSERT_TRUE(log::test::publish_text(*log_, {"t", kFirst}, "stranger").has_value());
    ASSERT_TRUE(to.add(kFirst, log::test::text_record("a")));
    const Status flushed = to.flush();
    ASSERT_FALSE(flushed.has_value());
    EXPECT_EQ(flushed.error().code, ErrorCode::kCorrupt);
}

TEST_F(GrowParts, TheReaderEndsWhereThePartitionEndedWhenItWasOpened) {
    for (const char* text : {"a", "b", "c"}) {
        ASSERT_TRUE(log::test::publish_text(*log_, {"t", kFirst}, text).has_value());
    }
    PartitionReader reader{*log_, {"t", kFirst}, {2, 1 << 20}};
    ASSERT_TRUE(reader.open());
    std::vector<std::string> read;
    while (reader.front() != nullptr) {
        read.push_back(reader.front()->record.value.value());
        ASSERT_TRUE(reader.pop());
    }
    EXPECT_EQ(read, (std::vector<std::string>{"a", "b", "c"}));
    PartitionReader empty{*log_, {"t", kSecond}, {}};
    ASSERT_TRUE(empty.open());
    EXPECT_EQ(empty.front(), nullptr);
}

TEST_F(GrowParts, StateIsWrittenByPortionsAndFoundByPages) {
    auto to = GrownState::open(*log_, {"g", "t", {}}, 2);
    ASSERT_TRUE(to.has_value());
    const std::string big(std::size_t{100} << 10, 'x');
    for (int i = 0; i < 150; ++i) {
        ASSERT_TRUE(to.value().put(HomeId{1}, {3}, fmt::format("{:03}", i), big));
    }
    ASSERT_TRUE(to.value().consumed(HomeId{0}, {"t", kFirst}, Offset{9}));
    ASSERT_TRUE(to.value().flush());
    std::vector<std::string> keys;
    const auto keep = [&](const std::string& key, const std::string& value) {
        EXPECT_EQ(value, big);
        keys.push_back(key);
        return ok();
    };
    ASSERT_TRUE(visit_table(*log_, "g", HomeId{1}, {3}, keep));
    EXPECT_EQ(keys.size(), 150U);
    EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
    EXPECT_EQ(log_->consumed_by("g", {"t", kFirst}).value(), Offset{9});
    const Error enough{ErrorCode::kCorrupt, "enough"};
    EXPECT_FALSE(visit_table(*log_, "g", HomeId{1}, {3}, [&](const auto&, const auto&) -> Status {
        return enough;
    }));
}

TEST(OffsetsMoved, KnowsWhatItWasAskedForBefore) {
    OffsetsMoved moved{2};
    for (const std::int64_t at : {7, 3, 7, 20}) moved.will_be_asked(HomeId{1}, Offset{at});
    moved.asked_for_no_more();
    for (std::int64_t at = 2; at < 10; ++at) moved.moved(HomeId{1}, Offset{at}, Offset{at + 100});
    moved.moved(HomeId{0}, Offset{3}, Offset{1});
    EXPECT_EQ(moved.now(HomeId{1}, Offset{3}), Offset{103});
    EXPECT_EQ(moved.now(HomeId{1}, Offset{7}), Offset{107});
    EXPECT_EQ(moved.now(HomeId{1}, Offset{20}), std::nullopt) << "it was not there any more";
    EXPECT_EQ(moved.now(HomeId{1}, Offset{4}), std::nullopt) << "nobody asked";
    EXPECT_EQ(moved.now(HomeId{0}, Offset{3}), std::nullopt);
}

TEST_F(GrowParts, WhatIsMadeBesideTakesThePlaceAndLeftoversGo) {
    Staging first{"shop"};
    ASSERT_TRUE(log_->replace(first.nothing())) << "nothing is there";
    ASSERT_TRUE(first.make(*log_, 3, /*history=*/true));
    Staging again{"shop"};
    ASSERT_TRUE(log_->replace(again.nothing()));
    EXPECT_EQ(log_->topics().value().size(), 1U);
    ASSERT_TRUE(again.make(*log_, 5, /*history=*/false));
    ASSERT_TRUE(log_->create_topic({"shop.history", 2}));
    for (const char* group : {"sequencer.shop.growing", "runner.shop.growing", "trail.shop"}) {
        ASSERT_TRUE(log_->take(group, {HomeId{0}}).has_value());
    }
    ASSERT_TRUE(log_->replace(again.all()));
    EXPECT_EQ(log_->topic("shop.ordered").value()->partitions, 5U);
    EXPECT_FALSE(log_->topic("shop.history").value().has_value());
    EXPECT_FALSE(log_->topic("shop.ordered.growing").value().has_value());
}

}  // namespace
}  // namespace sluice::runtime
