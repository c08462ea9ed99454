#include "event/view.hpp"

#include "base/test_seed.hpp"
#include "event/kafka.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::event {
namespace {

TEST(EventView, SeesWhatTheWholeEventHolds) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Event event = sluice::test::random_event(random);
        const Record record = to_record(event, std::nullopt);
        const auto view = EventView::of(record);
        ASSERT_TRUE(view.has_value());
        EXPECT_EQ(view->id(), event.id);
        EXPECT_EQ(view->source(), event.source);
        EXPECT_EQ(view->type(), event.type);
        EXPECT_EQ(view->subject(), event.subject);
        EXPECT_EQ(view->data(), event.data);
        EXPECT_EQ(view->extension("time"), event.time);
        for (const auto& [name, value] : event.extensions) EXPECT_EQ(view->extension(name), value);
        EXPECT_EQ(view->extension("absent"), std::nullopt);
    }
}

TEST(EventView, PointsIntoTheRecord) {
    Record record;
    record.headers = {{"ce_id", "first"}, {"ce_id", "a long id that no small string would hold"}};
    const auto view = EventView::of(record);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->id().data(), record.headers[1].value.data());
    EXPECT_EQ(view->extension("id")->data(), record.headers[1].value.data());
    EXPECT_EQ(&view->record(), &record);
    EXPECT_EQ(view->data(), std::nullopt);
}

TEST(EventView, TheLastOfEqualHeadersCountsWhicheverIsAskedFor) {
    for (const std::string_view name :
         {extension::kSourceSequence,
          extension::kDependsOn,
          extension::kSubjectPosition,
          extension::kSubjectInvalid,
          std::string_view{"other"}}) {
        Record record;
        record.headers = {
            {"ce_id", "1"}, {header_name(name), "early"}, {header_name(name), "late"}};
        EXPECT_EQ(EventView::of(record)->extension(name), "late") << name;
        record.headers = {{"ce_id", "1"}, {name, "no attribute"}};
        EXPECT_EQ(EventView::of(record)->extension(name), std::nullopt) << name;
    }
}

TEST(EventView, AttributesInCapitalsMakeItAnEventWithoutThem) {
    Record record;
    record.headers = {{"CE_id", "1"}, {"CE_sourcesequence", "1"}};
    const auto view = EventView::of(record);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->id(), "");
    EXPECT_EQ(view->extension(extension::kSourceSequence), std::nullopt);
}

TEST(EventView, TheLastContentTypeSaysWhereTheEventIs) {
    Record record;
    record.headers = {{"content-type", "application/cloudevents+json"}, {"ce_id", "1"}};
    EXPECT_FALSE(EventView::of(record).has_value());
    record.headers.push_back({"content-type", "application/json"});
    EXPECT_TRUE(EventView::of(record).has_value());
}

TEST(EventView, IsOfBinaryModeAlone) {
    EXPECT_FALSE(EventView::of(Record{}).has_value());
    EXPECT_FALSE(EventView::of(to_structured_record(Event{}, std::nullopt)).has_value());
}

}  // namespace
}  // namespace sluice::event
