// The state behind an event instead of its own data.

#include "deliver/shaped_sink.hpp"
#include "deliver/shaper.hpp"
#include "event/kafka.hpp"
#include "project/filter_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::deliver {
namespace {

/// States that a test puts there.
class FakeStates final : public StateSource {
public:
    [[nodiscard]] Result<std::vector<Result<std::string>>> states(std::span<const Ask> all
    ) override {
        if (behind) return Error{ErrorCode::kUnavailable, "not folded that far yet"};
        std::vector<Result<std::string>> answers;
        for (const Ask& ask : all) {
            const auto found = known.find({std::string{ask.subject}, ask.position.value});
            if (found == known.end()) {
                answers.emplace_back(Error{ErrorCode::kInvalidEvent, "kept no more"});
            } else {
                answers.emplace_back(found->second);
            }
        }
        return answers;
    }

    std::map<std::pair<std::string, std::uint64_t>, std::string> known;
    bool behind{false};
};

class ShaperState : public testing::Test {
protected:
    Shape shape(StateAs as) {
        Shape made;
        made.state.as = as;
        made.state.source = states_;
        made.state.address = [](std::string_view subject, Position position) {
            return fmt::format("/at/{}/{}", subject, position.value);
        };
        return made;
    }

    static Record record_at(std::uint64_t position, std::string type = "order.cancelled") {
        Event event = project::test::order_event();
        event.subject = "17";
        event.type = std::move(type);
        event.data = R"({"line":3})";
        event.datacontenttype = "application/json; charset=utf-8";
        event.dataschema = "https://shop.example/1";
        if (position > 0) event.extensions["subjectposition"] = std::to_string(position);
        return event::to_record(event, event.subject);
    }

    static Result<std::vector<Shaper::Cut>> cut(const Shape& shape, const Record& record) {
        auto shaper = Shaper::open(shape);
        EXPECT_TRUE(shaper.has_value()) << shaper.error().message;
        EXPECT_FALSE(shaper->is_idle());
        const Record* one = &record;
        return shaper->cut(std::span{&one, 1});
    }

    static std::shared_ptr<const project::FieldNode> fields(const std::string& path) {
        const std::vector<project::FieldPath> paths{project::FieldPath::parse(path).value()};
        return std::make_shared<const project::FieldNode>(project::field_tree(paths));
    }

    std::shared_ptr<FakeStates> states_ = std::make_shared<FakeStates>();
};

TEST_F(ShaperState, TakesThePlaceOfTheData) {
    states_->known[{"17", 2}] = R"({"lines":[1,2],"paid":103.68})";
    const Record record = record_at(2);
    const auto cuts = cut(shape(StateAs::kData), record);
    ASSERT_TRUE(cuts);
    const Record& made = cuts->front().record.value();
    EXPECT_EQ(made.value, R"({"lines":[1,2],"paid":103.68})");
    EXPECT_EQ(made.header("content-type"), "application/json");
    EXPECT_EQ(made.header("ce_dataref"), "/at/17/2");
    EXPECT_FALSE(made.header("ce_dataschema")) << "which was of its own data";
    EXPECT_EQ(made.header("ce_id"), record.header("ce_id"));
    EXPECT_EQ(made.key, record.key);
    EXPECT_TRUE(event::from_record(made, {}).has_value());
}

TEST_F(ShaperState, IsCutAsDataIs) {
    states_->known[{"17", 2}] = R"({"name":"Kim","paid":1,"lines":[]})";
    Shape asked = shape(StateAs::kData);
    asked.state.withheld = fields("/name");
    EXPECT_EQ(cut(asked, record_at(2))->front().record->value, R"({"paid":1,"lines":[]})");
    asked.keep = fields("/paid");
    EXPECT_EQ(cut(asked, record_at(2))->front().record->value, R"({"paid":1})");
}

TEST_F(ShaperState, WhatIsWithheldOfEventsIsNoMatterOfIt) {
    states_->known[{"17", 2}] = R"({"line":1})";
    Shape asked = shape(StateAs::kData);
    WithheldFields of_events;
    of_events.emplace("order.cancelled", *fields("/line"));
    asked.withheld = std::make_shared<const WithheldFields>(std::move(of_events));
    EXPECT_EQ(cut(asked, record_at(2))->front().record->value, R"({"line":1})");
}

TEST_F(ShaperState, WithoutAStateTheEventFailsWithTheReason) {
    EXPECT_EQ(
        cut(shape(StateAs::kData), record_at(2))->front().failure->message, "state: kept no more"
    );
    EXPECT_EQ(
        cut(shape(StateAs::kData), record_at(0))->front().failure->message,
        "state: the event has no subjectposition"
    );
}

TEST_F(ShaperState, WhatIsNotFoldedYetIsAskedForAgain) {
    states_->behind = true;
    const auto cuts = cut(shape(StateAs::kData), record_at(2));
    ASSERT_FALSE(cuts);
    EXPECT_EQ(cuts.error().code, ErrorCode::kUnavailable);
}

TEST_F(ShaperState, AReferenceHasNoDataAndAsksNobody) {
    states_->behind = true;
    const auto cuts = cut(shape(StateAs::kReference), record_at(7));
    ASSERT_TRUE(cuts);
    const Record& made = cuts->front().record.value();
    EXPECT_FALSE(made.value);
    EXPECT_FALSE(made.header("content-type"));
    EXPECT_EQ(made.header("ce_dataref"), "/at/17/7");
    EXPECT_TRUE(event::from_record(made, {}).has_value());
}

TEST_F(ShaperState, GapsAndWhatBreaksItsContractStay) {
    EXPECT_FALSE(cut(shape(StateAs::kData), record_at(2, "sluice.gap"))->front().record);
    const Record broken = event::with_header(record_at(2), "ce_subjectinvalid", "data: no");
    const auto cuts = cut(shape(StateAs::kData), broken);
    EXPECT_FALSE(cuts->front().record);
    EXPECT_FALSE(cuts->front().failure);
}

TEST_F(ShaperState, AnEventWithoutDataHasAStateAsWell) {
    states_->known[{"17", 2}] = "{}";
    Record record = record_at(2);
    record.value.reset();
    EXPECT_EQ(cut(shape(StateAs::kData), record)->front().record->value, "{}");
}

}  // namespace
}  // namespace sluice::deliver
