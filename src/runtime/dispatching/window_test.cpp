// The ordered topic in the runner's hands: the shared window, and the batches that are still in
// work.

#include "base/test_seed.hpp"
#include "event/kafka.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/dispatching/held_records.hpp"
#include "runtime/dispatching/ordered_window.hpp"
#include "runtime/domain/plan_fixture.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sluice::runtime {
namespace {

class WindowTest : public testing::Test {
protected:
    void SetUp() override {
        log_ = log::test::open_or_fail(log::test::test_options(scratch_.path()));
        ASSERT_TRUE(log_->create_topic({"x.ordered", 1}).has_value());
    }

    void append(Record record) {
        std::vector<log::Append> appends{{at_, {std::move(record)}}};
        ASSERT_TRUE(log_->publish(std::move(appends)).has_value());
    }

    void append_events(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            Event event = test::event("a.made", "s1", "/a", ++written_);
            event.extensions["subjectposition"] = fmt::to_string(written_);
            append(event::to_record(event, "s1"));
        }
    }

    log::test::ScratchDirectory scratch_;
    std::unique_ptr<log::Log> log_;
    const log::PartitionRef at_{"x.ordered", PartitionId{0}};
    std::uint64_t written_{0};
};

TEST_F(WindowTest, ABatchSaysWhatSubscriptionsAskOf) {
    append_events(2);
    Event invalid = test::event("a.made", "s1", "/a", 3);
    invalid.extensions["subjectposition"] = "3";
    invalid.extensions["subjectinvalid"] = "no amount";
    append(event::to_record(invalid, "s1"));
    append({});
    OrderedWindow window{*log_, at_, {}};
    const OrderedBatchPtr batch = window.batch_at(Offset{0}).value();
    ASSERT_EQ(batch->events.size(), 4U);
    EXPECT_EQ(batch->events[1].subject, "s1");
    EXPECT_EQ(batch->events[1].type, "a.made");
    EXPECT_EQ(batch->events[1].position, Position{2});
    EXPECT_EQ(batch->events[1].invalid, "");
    EXPECT_EQ(batch->events[2].invalid, "no amount");
    EXPECT_FALSE(batch->events[3].is_event) << "no event: a control record";
    EXPECT_EQ(batch->end, Offset{4});
    EXPECT_EQ(window.batch_at(Offset{4}).value(), nullptr);
}

TEST_F(WindowTest, ReadersAtTheHeadShareOneRead) {
    append_events(10);
    OrderedWindow window{*log_, at_, {4, std::size_t{1} << 20}};
    const OrderedBatchPtr first = window.batch_at(Offset{0}).value();
    EXPECT_EQ(window.batch_at(Offset{0}).value(), first);
    EXPECT_EQ(window.batch_at(Offset{3}).value(), first);
    EXPECT_EQ(first->index_of(Offset{3}), 3U);
    EXPECT_NE(window.batch_at(Offset{4}).value(), first);
}

TEST_F(WindowTest, OneThatLagsReadsForItselfAndMovesNothing) {
    append_events(40);
    OrderedWindow window{*log_, at_, {4, std::size_t{1} << 20}};
    for (std::int64_t at = 0; at < 40; at += 4)
        ASSERT_NE(window.batch_at(Offset{at}).value(), nullptr);
    const OrderedBatchPtr newest = window.batch_at(Offset{36}).value();
    const OrderedBatchPtr old = window.batch_at(Offset{1}).value();
    EXPECT_EQ(old->first, Offset{1});
    EXPECT_NE(window.batch_at(Offset{1}).value(), old) << "it is not kept";
    EXPECT_EQ(window.batch_at(Offset{36}).value(), newest);
}

TEST_F(WindowTest, AnEventThatSluiceDidNotWriteIsDamage) {
    append(event::to_record(test::event("a.made", "s1", "/a", 1), "s1"));
    OrderedWindow window{*log_, at_, {}};
    const auto batch = window.batch_at(Offset{0});
    ASSERT_FALSE(batch.has_value());
    EXPECT_EQ(batch.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(batch.error().message.find("x.ordered/0"), std::string::npos);
}

/// A batch is kept exactly while one of its events is in work.
TEST_F(WindowTest, HeldRecordsModel) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    append_events(200);
    OrderedWindow window{*log_, at_, {7, std::size_t{1} << 20}};
    HeldRecords held;
    std::map<Offset, OrderedBatchPtr> in_work;  // the reference
    Offset next{0};
    while (next.value < 200 || !in_work.empty()) {
        if (next.value < 200 && random() % 2 == 0) {
            const OrderedBatchPtr batch = window.batch_at(next).value();
            for (std::uint64_t taken = 1 + random() % 9; taken > 0 && next < batch->end; --taken) {
                if (random() % 3 != 0) {
                    held.enter(batch, next);
                    in_work.emplace(next, batch);
                }
                next = next.next();
            }
        } else if (!in_work.empty()) {
            auto chosen = in_work.begin();
            std::advance(chosen, static_cast<std::ptrdiff_t>(random() % in_work.size()));
            const auto number = fmt::to_string(chosen->first.value + 1);
            ASSERT_EQ(held.at(chosen->first).header("ce_sourcesequence"), number);
            held.leave(chosen->first);
            in_work.erase(chosen);
        }
        std::set<OrderedBatchPtr> batches;
        for (const auto& [offset, batch] : in_work) batches.insert(batch);
        ASSERT_EQ(held.batches(), batches.size());
    }
}

}  // namespace
}  // namespace sluice::runtime
