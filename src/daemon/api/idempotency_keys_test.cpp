#include "daemon/api/idempotency_keys.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

namespace sluice::daemon {
namespace {

constexpr Instant kStart{1'000};

http::Response reply(std::string body, int status = 200) {
    return {status, "application/json", std::move(body)};
}

TEST(IdempotencyKeys, TheSameRequestGetsTheSameAnswer) {
    IdempotencyKeys keys;
    EXPECT_FALSE(keys.begin("k", 7, kStart));
    keys.finish("k", reply("taken"));
    const auto again = keys.begin("k", 7, kStart);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->body, "taken");
    EXPECT_EQ(again->headers.at("sluice-repeated"), "true");
    EXPECT_FALSE(keys.begin("K", 7, kStart)) << "another key";
}

TEST(IdempotencyKeys, AnotherRequestUnderTheKeyIsRefusedAndSoIsOneAtTheSameTime) {
    IdempotencyKeys keys;
    EXPECT_FALSE(keys.begin("k", 7, kStart));
    EXPECT_EQ(keys.begin("k", 7, kStart)->status, 409);
    EXPECT_EQ(keys.begin("k", 8, kStart)->status, 422);
    keys.finish("k", reply("taken"));
    EXPECT_EQ(keys.begin("k", 8, kStart)->status, 422);
}

TEST(IdempotencyKeys, NotNowIsNotKept) {
    IdempotencyKeys keys;
    for (const int status : {429, 500, 503, 507}) {
        EXPECT_FALSE(keys.begin("k", 7, kStart));
        keys.finish("k", reply("later", status));
    }
    EXPECT_EQ(keys.size(), 0U);
    EXPECT_FALSE(keys.begin("k", 8, kStart));
    keys.finish("k", reply("no event", 400));
    EXPECT_EQ(keys.begin("k", 8, kStart)->status, 400);
}

TEST(IdempotencyKeys, AreForgottenInTime) {
    IdempotencyKeys keys{{.kept = Milliseconds{100}}};
    EXPECT_FALSE(keys.begin("k", 7, kStart));
    keys.finish("k", reply("taken"));
    EXPECT_TRUE(keys.begin("k", 7, kStart + Milliseconds{99}));
    EXPECT_FALSE(keys.begin("k", 7, kStart + Milliseconds{100}));
}

TEST(IdempotencyKeys, TheOldestGoFirst) {
    IdempotencyKeys keys{{.keys_max = 2}};
    for (const char* key : {"a", "b", "c"}) {
        EXPECT_FALSE(keys.begin(key, 1, kStart));
        keys.finish(key, reply("x"));
    }
    EXPECT_FALSE(keys.begin("a", 1, kStart));
    EXPECT_TRUE(keys.begin("c", 1, kStart));
    IdempotencyKeys small{{.bytes_max = 10}};
    EXPECT_FALSE(small.begin("large", 1, kStart));
    small.finish("large", reply(std::string(11, 'x')));
    EXPECT_EQ(small.size(), 0U);
}

/// Against a table that forgets nothing: an answer that is kept is the one that was given.
TEST(IdempotencyKeys, WhatIsAnsweredAgainIsWhatWasAnswered) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    IdempotencyKeys keys{{.keys_max = 20, .bytes_max = 400, .kept = Milliseconds{500}}};
    std::map<std::string, std::string> last;
    std::int64_t now = 0;
    for (int round = 0; round < 20'000; ++round) {
        now += static_cast<std::int64_t>(random() % 20);
        const std::string key = fmt::format("k{}", random() % 60);
        const auto again = keys.begin(key, 1, Instant{now});
        if (again) {
            EXPECT_EQ(again->body, last.at(key));
            continue;
        }
        const int status = random() % 5 == 0 ? 503 : 200;
        const std::string body = fmt::format("{}{}", round, std::string(random() % 40, 'x'));
        keys.finish(key, reply(body, status));
        if (status == 200) last[key] = body;
        EXPECT_LE(keys.size(), 20U);
    }
}

}  // namespace
}  // namespace sluice::daemon
