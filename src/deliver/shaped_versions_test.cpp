// A subscription that asks for versions: one place casts, and what stands behind it sees nothing
// else.

#include "cast/cast_fixture.hpp"
#include "deliver/shaped_sink.hpp"
#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sluice::deliver {
namespace {

using cast::test::record_of;
using cast::test::uri;
using dispatch::FailureKind;
using dispatch::RunOutcome;
using project::Verdict;
using Seen = std::vector<std::string>;

const std::string kOld = R"({"name":"Kim Mina","price":12,"country":"KR"})";
const std::string kNew =
    R"({"first":"Kim","last":"Mina","cents":700,"country":"DE","currency":"EUR"})";

/// Notes the version and the data of what it gets.
class VersionNotingSink final : public Sink {
public:
    explicit VersionNotingSink(Seen& seen) : seen_{seen} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    [[nodiscard]] std::vector<RunOutcome> deliver(std::span<const RunWork> runs) override {
        std::vector<RunOutcome> outcomes;
        for (const RunWork& run : runs) {
            for (const Outgoing& one : run.events) {
                const std::string schema{one.record->header("ce_dataschema").value_or("-")};
                seen_.push_back(schema + " " + nlohmann::json::parse(*one.record->value).dump());
            }
            outcomes.push_back({run.events.size(), {}});
        }
        return outcomes;
    }

private:
    Seen& seen_;
};

class ShapedVersions : public testing::Test {
protected:
    [[nodiscard]] static Shape asking(std::uint32_t version) {
        Shape shape;
        shape.contract = cast::test::loaded();
        shape.versions = {{"order.placed", version}};
        shape.programs = cast::test::jq_child();
        return shape;
    }

    std::unique_ptr<ShapedSink> made(const Shape& shape) {
        auto sink = ShapedSink::open(std::make_unique<VersionNotingSink>(seen_), shape);
        EXPECT_TRUE(sink.has_value()) << sink.error().message;
        return std::move(sink).value();
    }

    RunWork run(const std::vector<Record>& records) {
        RunWork work{"A-1", {}, 1};
        for (const Record& one : records) {
            records_.push_back(one);
            work.events.push_back({Position{work.events.size() + 1}, Offset{0}, &records_.back()});
        }
        return work;
    }

    Seen seen_;
    std::deque<Record> records_;
};

TEST_F(ShapedVersions, WhoAsksForOneNeverSeesAnother) {
    const std::vector works{run({record_of(kOld), record_of(kNew, uri(3))})};
    EXPECT_EQ(made(asking(3))->deliver(works).front().handled, 2U);
    EXPECT_EQ(
        seen_,
        (Seen{
            uri(3) +
                R"( {"cents":1200,"country":"KR","currency":"KRW","first":"Kim","last":"Mina"})",
            uri(3) +
                R"( {"cents":700,"country":"DE","currency":"EUR","first":"Kim","last":"Mina"})"})
    );
    EXPECT_EQ(*records_[0].value, kOld) << "what is kept stays as it was published";
}

TEST_F(ShapedVersions, AnOldVersionIsKeptWhileThereIsAWayDown) {
    const std::vector works{run({record_of(kOld), record_of(kNew, uri(3))})};
    EXPECT_EQ(made(asking(1))->deliver(works).front().handled, 2U);
    EXPECT_EQ(
        seen_,
        (Seen{
            R"(- {"country":"KR","name":"Kim Mina","price":12})",
            R"(- {"country":"DE","name":"Kim Mina","price":7})"})
    );
}

TEST_F(ShapedVersions, WhoDoesNotAskGetsWhatComes) {
    const std::vector works{run({record_of(kOld), record_of(kNew, uri(3))})};
    EXPECT_EQ(made({})->deliver(works).front().handled, 2U);
    ASSERT_EQ(seen_.size(), 2U);
    EXPECT_TRUE(seen_[0].starts_with("- {"));
    EXPECT_TRUE(seen_[1].starts_with(uri(3)));
}

TEST_F(ShapedVersions, WhatCannotBeCastIsDeadWithTheProgramsMessage) {
    const Record foreign = record_of(R"({"name":"a","price":1,"country":"XX"})");
    const std::vector works{run({record_of(kOld), foreign, record_of(kOld)})};
    const RunOutcome outcome = made(asking(3))->deliver(works).front();
    EXPECT_EQ(outcome.handled, 1U);
    ASSERT_TRUE(outcome.failure.has_value());
    EXPECT_EQ(outcome.failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcome.failure->reason, "order.placed 2 to 3: no currency for XX");
    EXPECT_EQ(seen_.size(), 1U) << "what follows it waits";
}

TEST_F(ShapedVersions, FieldsAreThoseOfTheVersionThatIsAskedFor) {
    Shape shape = asking(3);
    const std::vector paths{project::FieldPath::parse("/currency").value()};
    shape.keep = std::make_shared<const project::FieldNode>(project::field_tree(paths));
    WithheldFields withheld;
    const std::vector personal{project::FieldPath::parse("/last").value()};
    withheld.emplace("order.placed", project::field_tree(personal));
    Shape without = asking(3);
    without.withheld = std::make_shared<const WithheldFields>(std::move(withheld));
    const std::vector works{run({record_of(kOld)})};
    EXPECT_EQ(made(shape)->deliver(works).front().handled, 1U);
    EXPECT_EQ(made(without)->deliver(works).front().handled, 1U);
    EXPECT_EQ(
        seen_,
        (Seen{
            uri(3) + R"( {"currency":"KRW"})",
            uri(3) + R"( {"cents":1200,"country":"KR","currency":"KRW","first":"Kim"})"})
    );
}

TEST_F(ShapedVersions, AFilterOverDataReadsTheVersionThatIsAskedFor) {
    const auto filtering = [&](std::string_view filters) {
        auto loaded = project::test::load_filters(filters);
        EXPECT_TRUE(loaded.filter.has_value()) << loaded.problems;
        Shape shape = asking(3);
        shape.filter = std::make_shared<const project::Filter>(std::move(*loaded.filter));
        return made(shape);
    };
    const auto korean = filtering("[{urn:sluice:data: {/currency: KRW}}]");
    EXPECT_EQ(korean->judge(record_of(kOld)), Verdict::kPasses);
    EXPECT_EQ(korean->judge(record_of(kNew, uri(3))), Verdict::kFiltered);
    EXPECT_EQ(
        korean->judge(record_of(R"({"name":"a","price":1,"country":"XX"})")), Verdict::kPasses
    ) << "it will be dead, not lost";
    const auto by_attribute = filtering("[{exact: {source: /other}}]");
    EXPECT_EQ(by_attribute->judge(record_of(kOld)), Verdict::kFiltered);
}

TEST_F(ShapedVersions, WhatCannotBeHadIsRefusedWhenItIsOpened) {
    const auto sink = ShapedSink::open(std::make_unique<VersionNotingSink>(seen_), asking(9));
    ASSERT_FALSE(sink.has_value());
    EXPECT_EQ(sink.error().message, "versions: order.placed has no version 9; there are 1 to 3");
    Shape nobody = asking(3);
    nobody.programs.worker = {"/nonexistent/worker"};
    EXPECT_EQ(
        ShapedSink::open(std::make_unique<VersionNotingSink>(seen_), nobody).error().code,
        ErrorCode::kUnavailable
    );
}

}  // namespace
}  // namespace sluice::deliver
