// What consumers rely on of everything that is published: nothing before what it follows, counts of
// the calendar, keys and partitions.
#include "base/test_seed.hpp"
#include "commerce/events/codec.hpp"
#include "commerce/generate/sample.hpp"
#include "commerce/produce/publications.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>

namespace sluice::commerce {
namespace {

class PublishedPromises : public testing::Test {
protected:
    static std::int64_t number_of(std::string_view text) {
        return std::stoll(std::string{text.substr(text.find(' ') + 1)});
    }

    std::uint64_t seed_{sluice::test::seed()};
    test::Sample sample_{test::sample(800, seed_)};
    Publications published_{sample_.raw, sample_.additions};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(PublishedPromises, NothingIsPublishedBeforeWhatItFollows) {
    std::map<std::pair<std::string, std::string>, std::int64_t> reached;  // subject, source
    std::map<std::string, std::set<std::string>> types;                   // of a subject, so far
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        SCOPED_TRACE(event.id);
        if (const auto number = event.extension(extension::kSourceSequence)) {
            ASSERT_EQ(number_of(*number), ++(reached[{event.subject, event.source}]));
        }
        if (const auto stamp = event.extension(extension::kDependsOn)) {
            const std::string source{stamp->substr(0, stamp->find(' '))};
            const std::int64_t there = reached[{event.subject, source}];
            ASSERT_LE(number_of(*stamp), there);
        }
        auto& seen = types[event.subject];
        ASSERT_TRUE(event.type != type::kReviewWritten || seen.contains("delivery.completed"));
        ASSERT_TRUE(event.type != type::kReviewComplained || seen.contains("order.placed"));
        seen.insert(event.type);
    }
}

TEST_F(PublishedPromises, TheCalendarCountsEveryEventOfItsDay) {
    const Policy policy;
    std::map<std::string, std::map<std::string, std::int64_t>> counted;
    std::map<std::string, std::map<std::string, std::int64_t>> said;
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        if (event.source != "/calendar") {
            ++counted[to_text(bday(policy, parse_time(*event.time).value()))][event.type];
            continue;
        }
        const auto closed = decode<DayClosed>(*event.data).value();
        // Published when the day is over: all its events stand before it.
        const auto day = counted.find(to_text(closed.day));
        for (const auto& [type, count] : closed.published) said[to_text(closed.day)][type] = count;
        ASSERT_EQ(said.contains(to_text(closed.day)), day != counted.end()) << event.id;
        if (day != counted.end()) {
            ASSERT_EQ(said.at(to_text(closed.day)), day->second) << event.id;
        }
    }
    EXPECT_EQ(said, counted);
}

TEST_F(PublishedPromises, TheCalendarLeavesOutNoDayAndGoesTenDaysFurther) {
    std::int64_t number = 0;
    Day last;
    Day last_with_event;
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Event event = published_.at(i).event;
        const UtcTime time = parse_time(*event.time).value();
        if (event.source != "/calendar") {
            last_with_event = bday(Policy{}, time);
            continue;
        }
        const Day day = decode<DayClosed>(*event.data)->day;
        ASSERT_TRUE(number == 0 || day == last + 1) << event.id;
        ASSERT_EQ(*event.extension(extension::kSourceSequence), std::to_string(++number));
        ASSERT_EQ(bday(Policy{}, time), day + 1);
        ASSERT_EQ(bday(Policy{}, UtcTime{time.seconds - 1}), day);
        last = day;
    }
    EXPECT_EQ(last, last_with_event + 10);
}

TEST_F(PublishedPromises, WhatAScheduleAsksForIsThatOfTheEvent) {
    for (std::size_t i = 0; i < published_.size(); ++i) {
        const Publication out = published_.at(i);
        ASSERT_EQ(out.channel, published_.channel(i));
        ASSERT_EQ(out.event.subject, published_.subject(i));
        ASSERT_EQ(out.event.time, to_text(published_.time(i)));
        ASSERT_EQ(out.partition, partition_of(out.channel, out.event.subject));
        ASSERT_EQ(published_.act(i) == nullptr, out.event.source == "/calendar");
        const bool of_reviews = out.event.source == "/reviews";
        ASSERT_EQ(kChannels.at(out.channel).name, of_reviews ? "review" : out.event.type);
    }
}

TEST_F(PublishedPromises, EveryActIsPublishedOnce) {
    std::size_t acts = 0;
    std::set<const Act*> published;
    for (const OrderAdditions& order : sample_.additions.orders) acts += order.acts.size();
    for (std::size_t i = 0; i < published_.size(); ++i) {
        if (published_.act(i) != nullptr) {
            ASSERT_TRUE(published.insert(published_.act(i)).second);
        }
    }
    EXPECT_EQ(published.size(), acts);
}

TEST(Channels, AreNamedOnceAndEveryTypeHasOne) {
    std::set<std::string_view> names;
    for (const Channel& channel : kChannels) names.insert(channel.name);
    EXPECT_EQ(names.size(), kChannels.size());
    for (std::size_t type = 0; type < kActTypes; ++type)
        EXPECT_LT(channel_of(static_cast<ActType>(type)), kCalendarChannel);
}

}  // namespace
}  // namespace sluice::commerce
