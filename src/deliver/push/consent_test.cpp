#include "deliver/push/consent.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace sluice::deliver::push {
namespace {

Answer allowing(std::string origin, std::string rate = "") {
    Answer answer{200};
    answer.allowed_origin = std::move(origin);
    answer.allowed_rate = std::move(rate);
    return answer;
}

Consent asking(const std::string& origin = "sluice.example") {
    return Consent{{.origin = origin}};
}

TEST(PushConsent, WithoutAnOriginNobodyIsAsked) {
    const Consent consent = asking("");
    EXPECT_TRUE(consent.is_given());
    EXPECT_FALSE(consent.is_due(Instant{0}));
    EXPECT_EQ(consent.wait_left(Instant{0}), Milliseconds{0});
}

TEST(PushConsent, IsAskedForOnceAndGivenByName) {
    for (const char* origin : {"sluice.example", "SLUICE.Example", "*"}) {
        Consent consent = asking();
        EXPECT_FALSE(consent.is_given());
        EXPECT_TRUE(consent.is_due(Instant{0}));
        consent.asked();
        EXPECT_FALSE(consent.is_due(Instant{0}));
        EXPECT_EQ(consent.answered(allowing(origin), Instant{5}), std::nullopt);
        EXPECT_TRUE(consent.is_given());
        EXPECT_FALSE(consent.is_due(Instant{1'000'000}));
    }
}

TEST(PushConsent, AStatusAloneIsNoneNorIsAnotherName) {
    const std::pair<Answer, const char*> all[]{
        {Answer{200}, "without WebHook-Allowed-Origin"},
        {Answer{405}, "answered 405"},
        {allowing("other.example"), "allows 'other.example', not sluice.example"},
        {allowing("sluice.example.evil"), "not sluice.example"},
        {allowing("*", "many"), "is no number of requests a minute"},
        {allowing("*", "0"), "is no number of requests a minute"},
        {allowing("*", "-3"), "is no number of requests a minute"}};
    for (const auto& [answer, words] : all) {
        Consent consent = asking();
        consent.asked();
        const auto why = consent.answered(answer, Instant{100});
        ASSERT_TRUE(why.has_value());
        EXPECT_NE(why->find(words), std::string::npos) << *why;
        EXPECT_FALSE(consent.is_given());
        EXPECT_FALSE(consent.is_due(Instant{60'099}));
        EXPECT_TRUE(consent.is_due(Instant{60'100})) << "it is asked again";
    }
}

TEST(PushConsent, WhoDidNotAnswerIsAskedAgain) {
    Consent consent{{.origin = "a", .again = Milliseconds{10}}};
    consent.asked();
    consent.unanswered(Instant{0});
    EXPECT_FALSE(consent.is_due(Instant{9}));
    EXPECT_TRUE(consent.is_due(Instant{10}));
}

TEST(PushConsent, ItsRateIsKept) {
    Consent consent = asking();
    EXPECT_EQ(consent.answered(allowing("*", "6"), Instant{0}), std::nullopt);  // each 10 s
    EXPECT_EQ(consent.wait_left(Instant{0}), Milliseconds{0});
    consent.sent(Instant{0});
    EXPECT_EQ(consent.wait_left(Instant{0}), Milliseconds{10'000});
    EXPECT_EQ(consent.wait_left(Instant{9'999}), Milliseconds{1});
    EXPECT_EQ(consent.wait_left(Instant{10'000}), Milliseconds{0});
}

/// In no minute more than the rate and what may go at once, and not much less when all is used.
TEST(PushConsent, InNoMinuteMoreIsSentThanAllowed) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (const int rate : {1, 7, 60, 600, 6'000}) {
        Consent consent = asking();
        EXPECT_EQ(consent.answered(allowing("*", std::to_string(rate)), Instant{0}), std::nullopt);
        std::deque<std::int64_t> sent;
        std::size_t all = 0;
        const std::size_t at_once = static_cast<std::size_t>(rate) / 60 + 1;
        for (std::int64_t now = 0; now < 300'000; now += static_cast<std::int64_t>(random() % 50)) {
            while (consent.wait_left(Instant{now}) == Milliseconds{0}) {
                consent.sent(Instant{now});
                sent.push_back(now);
                ++all;
            }
            while (!sent.empty() && sent.front() <= now - 60'000) sent.pop_front();
            ASSERT_LE(sent.size(), static_cast<std::size_t>(rate) + at_once)
                << rate << " at " << now;
        }
        EXPECT_GE(all, static_cast<std::size_t>(rate) * 9 / 2);
    }
}

}  // namespace
}  // namespace sluice::deliver::push
