#include "observe/observe.hpp"

#include "event/kafka.hpp"
#include "log/embedded/test_log.hpp"
#include "runtime/domain/plan_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::observe {
namespace {

using log::test::open_or_fail;
using log::test::ScratchDirectory;
using log::test::test_options;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Instant kNow{1'700'000'000'000};

class Observe : public testing::Test {
protected:
    void SetUp() override {
        for (const auto& spec : plan_.channel_topics()) ASSERT_TRUE(log_->create_topic(spec));
    }

    void send(
        const std::string& topic, Milliseconds ago, Record record, std::uint32_t partition = 0
    ) {
        record.time = Instant{kNow.ms - ago.count()};
        ASSERT_TRUE(log_->publish({{{topic, PartitionId{partition}}, {std::move(record)}}}));
    }

    void send(const std::string& topic, Milliseconds ago, const Event& event) {
        send(topic, ago, event::to_record(event, event.subject));
    }

    [[nodiscard]] Observation observed() {
        LogSource source{*log_};
        auto observation = observe(source, plan_, options_, kNow);
        EXPECT_TRUE(observation) << observation.error().message;
        return observation ? std::move(observation).value() : Observation{};
    }

    [[nodiscard]] Error refusal() {
        LogSource source{*log_};
        const auto observation = observe(source, plan_, options_, kNow);
        EXPECT_FALSE(observation);
        return observation ? Error{} : observation.error();
    }

    runtime::DomainPlan plan_{runtime::test::shop_plan()};
    ObserveOptions options_;
    ScratchDirectory scratch_;
    std::unique_ptr<log::Log> log_{open_or_fail(test_options(scratch_.path()))};
};

TEST_F(Observe, CountsPairsOfTopicsNowAndWithALag) {
    for (const char* subject : {"s1", "s2"}) {
        send("shop.a", minutes{60}, runtime::test::event("a.made", subject, "/a", 1));
        Event sent = runtime::test::event("b.sent", subject, "/b", 1);
        sent.extensions["dependson"] = "/a 1";
        send("shop.b", std::string_view{subject} == "s1" ? minutes{61} : minutes{55}, sent);
    }
    options_.lags["shop.a"] = minutes{10};
    const Observation seen = observed();
    ASSERT_EQ(seen.counts.pairs.size(), 1U);
    EXPECT_EQ(seen.counts.pairs[0], (Pair{"shop.a", "shop.b", 2, {1, 1}, {2, 2}}));
    EXPECT_EQ(seen.counts.worst.at(0).subject, "s1");
    EXPECT_EQ(seen.counts.worst.at(0).early, minutes{11});
    EXPECT_EQ(seen.channels.at(0).events, 2U);
    EXPECT_EQ(seen.channels.at(0).lag, minutes{10});
    EXPECT_FALSE(seen.full);
}

TEST_F(Observe, RulesOfTheContractCountAsTheyOrder) {
    Event done = runtime::test::event("c.done", "s1", "/c", 0);
    done.data = R"({"parcel":"p1"})";
    send("shop.c", minutes{30}, done);
    for (const char* parcel : {"p2", "p1"}) {
        Event sent =
            runtime::test::event("b.sent", "s1", "/b", parcel == std::string_view{"p2"} ? 1 : 2);
        sent.data = fmt::format(R"({{"parcel":"{}"}})", parcel);
        send("shop.b", parcel == std::string_view{"p2"} ? minutes{40} : minutes{20}, sent);
    }
    const Observation seen = observed();
    EXPECT_EQ(seen.counts.now, (Tally{1, 1}));
    EXPECT_EQ(seen.counts.worst.at(0).early, minutes{10});
}

TEST_F(Observe, LooksAtItsWindowOnly) {
    options_.window = hours{1};
    send("shop.a", minutes{61}, runtime::test::event("a.made", "s1", "/a", 1));
    send("shop.a", minutes{59}, runtime::test::event("a.cancelled", "s1", "/a", 2));
    send("shop.a", minutes{-1}, runtime::test::event("a.cancelled", "s1", "/a", 3));
    const Observation seen = observed();
    EXPECT_EQ(seen.counts.events, 1U);
    EXPECT_EQ(seen.counts.begin_before, 1U);
    EXPECT_EQ(seen.since, Instant{kNow.ms - 3'600'000});
}

TEST_F(Observe, SaysWhatItCouldNotRead) {
    send("shop.b", minutes{1}, Record{"k", "no event", {}, {}});
    send("shop.b", minutes{1}, Record{"k", {}, {}, {}});
    send("shop.a", minutes{1}, runtime::test::event("a.made", "s1", "/a", 1));
    const Observation seen = observed();
    EXPECT_EQ(seen.channels.at(1).unreadable, 1U);
    EXPECT_EQ(seen.channels.at(1).tombstones, 1U);
    EXPECT_NE(seen.channels.at(1).reason.find("no CloudEvents"), std::string::npos);
    EXPECT_EQ(seen.channels.at(1).partitions, 5U);
    EXPECT_EQ(seen.channels.at(1).cut, 0U);
}

TEST_F(Observe, SaysWhereTheBeginningIsGoneOrTheTopicIsNot) {
    send("shop.a", minutes{2}, runtime::test::event("a.made", "s1", "/a", 1));
    ASSERT_TRUE(log_->trim({"shop.a", PartitionId{0}}, Offset{1}));
    plan_.channels.push_back({"shop.nowhere", 1, {}, {}, {}, false, {}});
    const Observation seen = observed();
    EXPECT_EQ(seen.channels.at(0).cut, 1U);
    EXPECT_TRUE(seen.channels.at(0).there);
    EXPECT_FALSE(seen.channels.at(3).there);
}

TEST_F(Observe, StopsWhenItIsFullAndSaysSo) {
    options_.events_max = 2;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        send("shop.a", minutes{1}, runtime::test::event("a.made", "s1", "/a", number));
    }
    const Observation seen = observed();
    EXPECT_TRUE(seen.full);
    EXPECT_EQ(seen.counts.events, 2U);
}

TEST_F(Observe, RefusesALagOfAnUnknownTopicAndADomainThatIsNotThere) {
    options_.lags["shop.x"] = minutes{1};
    EXPECT_EQ(
        refusal().message,
        "'shop.x' is none of the domain's channels; there are: shop.a, shop.b, shop.c"
    );
    options_.lags.clear();
    plan_.channels = {{"shop.nowhere", 1, {}, {}, {}, false, {}}};
    EXPECT_EQ(refusal().code, ErrorCode::kNotFound);
    EXPECT_EQ(refusal().message, "none of the channels is there: shop.nowhere");
}

TEST_F(Observe, AGroupsLagIsTheAgeOfWhatItHasNotRead) {
    LogSource source{*log_};
    const std::vector<std::string> topics{"shop.a", "shop.b"};
    EXPECT_EQ(source.lag_of("readers", topics, kNow).error().code, ErrorCode::kNotFound);
    send("shop.a", minutes{30}, runtime::test::event("a.made", "s1", "/a", 1));
    send("shop.a", minutes{20}, runtime::test::event("a.made", "s2", "/a", 1));
    auto lease = log_->take("readers", {HomeId{0}});
    ASSERT_TRUE(lease);
    const log::PartitionRef of{"shop.a", PartitionId{0}};
    for (const auto& [next, lag] : {std::pair{1, minutes{20}}, std::pair{2, minutes{0}}}) {
        log::Step step;
        step.homes = {HomeId{0}};
        step.consumed = {{HomeId{0}, of, Offset{next}}};
        ASSERT_TRUE(lease.value()->commit(step));
        const auto lags = source.lag_of("readers", topics, kNow);
        ASSERT_TRUE(lags) << lags.error().message;
        EXPECT_EQ(lags.value(), (std::map<std::string, Milliseconds>{{"shop.a", lag}}));
    }
}

}  // namespace
}  // namespace sluice::observe
