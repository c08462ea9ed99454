#include "deliver/shaped_async.hpp"

#include "deliver/shaped_sink.hpp"
#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace sluice::deliver {
namespace {

using dispatch::Failure;
using dispatch::FailureKind;
using Notes = std::vector<std::string>;

/// Ends what it was given when it is asked; data "stop" it will not take.
class HeldSink final : public Sink, public AsyncSink {
public:
    explicit HeldSink(Notes& seen) : seen_{seen} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork>) override {
        return {};
    }

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override { return 7; }

    void begin(std::span<const RunBegun> runs) override {
        for (const RunBegun& run : runs) {
            RunEnded& one = held_.emplace_back(RunEnded{run.ticket, {}});
            for (const Outgoing& event : run.work.events) {
                if (event.record->value->find("stop") != std::string::npos) {
                    one.outcome.failure = Failure{FailureKind::kRetry, "stop", {}};
                    break;
                }
                seen_.push_back(std::string{run.work.subject} + *event.record->value);
                ++one.outcome.handled;
            }
        }
    }

    [[nodiscard]] std::vector<RunEnded> ended() override { return std::exchange(held_, {}); }

    void wait(Milliseconds) override { ++waited; }

    void drain() override { ++drained; }

    void abandon() override { ++abandoned; }

    [[nodiscard]] std::optional<std::string> refused_for_good() override { return "gone"; }

    int waited{0};
    int drained{0};
    int abandoned{0};

private:
    Notes& seen_;
    std::vector<RunEnded> held_;
};

class ShapedAsyncTest : public testing::Test {
protected:
    AsyncSink& made(const Shape& shape) {
        auto inner = std::make_unique<HeldSink>(seen_);
        held_ = inner.get();
        auto sink = ShapedSink::open(std::move(inner), shape);
        EXPECT_TRUE(sink.has_value()) << sink.error().message;
        sink_ = std::move(sink).value();
        EXPECT_NE(sink_->async(), nullptr);
        return *sink_->async();
    }

    static Shape only_a() {
        Shape shape;
        const std::vector paths{project::FieldPath::parse("/a").value()};
        shape.keep = std::make_shared<const project::FieldNode>(project::field_tree(paths));
        return shape;
    }

    RunBegun run(std::uint64_t ticket, std::string_view subject, const Notes& data) {
        RunBegun begun{RunTicket{ticket}, {subject, {}, 1}};
        for (const std::string& one : data) {
            Event event = project::test::order_event();
            event.data = one;
            records_.push_back(event::to_record(event, event.subject));
            auto& events = begun.work.events;
            events.push_back({Position{events.size() + 1}, Offset{0}, &records_.back()});
        }
        return begun;
    }

    Notes seen_;
    std::deque<Record> records_;
    HeldSink* held_{nullptr};
    std::unique_ptr<ShapedSink> sink_;
};

TEST_F(ShapedAsyncTest, IsThereWhereTheInnerSinkIsOne) {
    const AsyncSink& sink = made({});
    EXPECT_NE(&sink, held_);
    EXPECT_EQ(made({}).room(), 7U);
    EXPECT_EQ(made({}).refused_for_good(), "gone");
    made({}).drain();
    EXPECT_EQ(held_->drained, 1);
    made({}).abandon();
    EXPECT_EQ(held_->abandoned, 1);
}

TEST_F(ShapedAsyncTest, WithoutAShapeRunsAreHandedOnAsTheyAre) {
    AsyncSink& sink = made({});
    sink.begin(std::vector{run(3, "s", {R"({"a":1,"b":2})"})});
    const auto ended = sink.ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].ticket, RunTicket{3});
    EXPECT_EQ(ended[0].outcome.handled, 1U);
    EXPECT_EQ(seen_, Notes{R"(s{"a":1,"b":2})"});
}

TEST_F(ShapedAsyncTest, RunsAreCutAndEndWhereTheyCannotBe) {
    AsyncSink& sink = made(only_a());
    sink.begin(std::vector{
        run(1, "s", {R"({"a":1,"b":2})", "broken", R"({"a":2})"}),
        run(2, "t", {"broken"}),
        run(3, "u", {R"({"a":3})"}),
        run(4, "v", {R"({"a":"stop"})", "broken"})});
    sink.wait(Milliseconds{1});
    EXPECT_EQ(held_->waited, 0) << "one has ended already";
    std::map<std::uint64_t, dispatch::RunOutcome> outcomes;
    for (RunEnded& one : sink.ended()) outcomes[one.ticket.value] = std::move(one.outcome);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[2].handled, 0U);
    EXPECT_EQ(outcomes[2].failure->kind, FailureKind::kDead);
    EXPECT_FALSE(outcomes[3].failure.has_value());
    EXPECT_EQ(outcomes[4].failure->reason, "stop") << "the sink's own failure comes first";
    EXPECT_EQ(seen_, (Notes{R"(s{"a":1})", R"(u{"a":3})"}));
    EXPECT_TRUE(sink.ended().empty());
    sink.wait(Milliseconds{1});
    EXPECT_EQ(held_->waited, 1);
}

}  // namespace
}  // namespace sluice::deliver
