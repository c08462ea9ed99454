#include "deliver/shaped_sink.hpp"

#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace sluice::deliver {
namespace {

using dispatch::FailureKind;
using dispatch::RunOutcome;
using project::Verdict;
using project::test::order_event;
using Texts = std::vector<std::string>;

/// Notes the data that it gets; data "stop" it will not take.
class NotingSink final : public Sink {
public:
    explicit NotingSink(Texts& seen) : seen_{seen} {}

    [[nodiscard]] bool wants(std::string_view type) const override {
        return type == "order.placed";
    }

    [[nodiscard]] std::vector<RunOutcome> deliver(std::span<const RunWork> runs) override {
        std::vector<RunOutcome> outcomes;
        for (const RunWork& run : runs) {
            RunOutcome& outcome = outcomes.emplace_back();
            for (const Outgoing& one : run.events) {
                if (one.record->value->find("stop") != std::string::npos) {
                    outcome.failure = dispatch::Failure{FailureKind::kRetry, "stop", {}};
                    break;
                }
                seen_.push_back(std::string{run.subject} + *one.record->value);
                ++outcome.handled;
            }
        }
        return outcomes;
    }

    [[nodiscard]] std::vector<Figure> figures() const override {
        return {{"seen_total", "What it has seen.", static_cast<double>(seen_.size())}};
    }

private:
    Texts& seen_;
};

class ShapedSinkTest : public testing::Test {
protected:
    std::unique_ptr<ShapedSink> made(const Shape& shape) {
        auto sink = ShapedSink::open(std::make_unique<NotingSink>(seen_), shape);
        EXPECT_TRUE(sink.has_value()) << sink.error().message;
        return std::move(sink).value();
    }

    std::unique_ptr<ShapedSink> filtering(std::string_view filters) {
        auto loaded = project::test::load_filters(filters);
        EXPECT_TRUE(loaded.filter.has_value()) << loaded.problems;
        Shape shape;
        shape.filter = std::make_shared<const project::Filter>(std::move(*loaded.filter));
        return made(shape);
    }

    static Shape keeping_a() {
        Shape shape;
        const std::vector paths{project::FieldPath::parse("/a").value()};
        shape.keep = std::make_shared<const project::FieldNode>(project::field_tree(paths));
        return shape;
    }

    RunWork run(std::string_view subject, const Texts& data) {
        RunWork work{subject, {}, 1};
        for (const std::string& one : data) {
            Event event = order_event();
            event.data = one;
            records_.push_back(event::to_record(event, event.subject));
            work.events.push_back({Position{work.events.size() + 1}, Offset{0}, &records_.back()});
        }
        return work;
    }

    Texts seen_;
    std::deque<Record> records_;
    Record record_{event::to_record(order_event(), "A-1")};
};

TEST_F(ShapedSinkTest, SaysWhatTheSinkBehindItCounts) {
    const auto sink = made({});
    seen_ = {"a", "b"};
    EXPECT_EQ(sink->figures(), (std::vector<Figure>{{"seen_total", "What it has seen.", 2}}));
}

TEST_F(ShapedSinkTest, JudgesByItsFilterAndWantsWhatTheSinkBehindItWants) {
    auto sink = filtering("[{exact: {region: kr}}]");
    EXPECT_TRUE(sink->wants("order.placed"));
    EXPECT_FALSE(sink->wants("order.cancelled"));
    EXPECT_EQ(sink->judge(record_), Verdict::kPasses);
    EXPECT_EQ(filtering("[{exact: {region: jp}}]")->judge(record_), Verdict::kFiltered);
    EXPECT_EQ(filtering("[{sql: nothing = 'x'}]")->judge(record_), Verdict::kUnjudged);
    EXPECT_EQ(made({})->judge(record_), Verdict::kPasses);
}

TEST_F(ShapedSinkTest, WithoutAShapeRunsAreHandedOnAsTheyAre) {
    const std::vector works{run("s", {R"({"a":1,"b":2})"})};
    EXPECT_EQ(made({})->deliver(works).front().handled, 1U);
    EXPECT_EQ(seen_, Texts{R"(s{"a":1,"b":2})"});
}

TEST_F(ShapedSinkTest, EventsAreCutOnTheirWay) {
    const std::vector works{run("s", {R"({"a":1,"b":2})", R"({"b":3})"}), run("t", {R"({"a":4})"})};
    const auto outcomes = made(keeping_a())->deliver(works);
    EXPECT_EQ(outcomes[0].handled, 2U);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(seen_, (Texts{R"(s{"a":1})", "s{}", R"(t{"a":4})"}));
    EXPECT_EQ(*records_[0].value, R"({"a":1,"b":2})") << "what is kept stays whole";
}

TEST_F(ShapedSinkTest, AnEventThatCannotBeCutIsDeadAndStopsItsOwnSubject) {
    const std::vector works{
        run("s", {R"({"a":1})", "broken", R"({"a":2})"}),
        run("t", {"broken"}),
        run("u", {R"({"a":3})"})};
    const auto outcomes = made(keeping_a())->deliver(works);
    EXPECT_EQ(outcomes[0].handled, 1U);
    ASSERT_TRUE(outcomes[0].failure.has_value());
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(
        outcomes[0].failure->reason, "keep: data: byte 0: expected a JSON value, found 'broken'"
    );
    EXPECT_EQ(outcomes[1].handled, 0U);
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kDead);
    EXPECT_FALSE(outcomes[2].failure.has_value());
    EXPECT_EQ(seen_, (Texts{R"(s{"a":1})", R"(u{"a":3})"}));
}

TEST_F(ShapedSinkTest, TheSinksOwnFailureComesFirst) {
    const std::vector works{run("s", {R"({"a":"stop"})", "broken"})};
    const auto outcomes = made(keeping_a())->deliver(works);
    EXPECT_EQ(outcomes[0].handled, 0U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kRetry);
}

TEST_F(ShapedSinkTest, WhenNothingCanBeCutTheSinkIsNotAsked) {
    const std::vector works{run("s", {"broken"})};
    EXPECT_EQ(made(keeping_a())->deliver(works).front().failure->kind, FailureKind::kDead);
    EXPECT_TRUE(seen_.empty());
}

}  // namespace
}  // namespace sluice::deliver
