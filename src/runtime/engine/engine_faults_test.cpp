// What the engine does when its log fails: what can be mended is, and what cannot ends it with a
// clear word.

#include "base/test_seed.hpp"
#include "log/embedded/open.hpp"
#include "log/embedded/test_faults.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::Call;
using test::event;
using test::Seen;
using test::Shop;
using Ids = std::vector<std::string>;

constexpr Milliseconds kLong{30'000};

/// Waits for what threads do meanwhile.
template <class Holds>
void await(Shop& shop, Holds holds) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (!holds() && std::chrono::steady_clock::now() < deadline) {
        shop.log().wait_for_change(shop.log().version(), Milliseconds{2});
    }
    ASSERT_TRUE(holds());
}

struct Mended {
    ErrorCode code;
    bool written;  ///< the step is there, only the answer is not
};

class EngineMends : public testing::TestWithParam<Mended> {};

TEST_P(EngineMends, StepsThatFailAreDoneAgainByThemselves) {
    const auto [code, written] = GetParam();
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    shop.log().fail({Call::kWrite, {code, "for now"}, 0, 3, written});
    shop.publish({event("a.made", "s1", "/a", 2), event("b.sent", "s1", "/b", 1)});
    await(shop, [&] { return shop.log().failed() > 0; });
    shop.settle();
    EXPECT_EQ(seen.of("s1").size(), 3U);
    EXPECT_EQ(seen.holes, 0U);
    EXPECT_TRUE(shop.engine().failure());
    EXPECT_TRUE(shop.engine().stop());
}

INSTANTIATE_TEST_SUITE_P(
    Errors,
    EngineMends,
    testing::Values(
        Mended{ErrorCode::kFull, false},
        Mended{ErrorCode::kUnavailable, false},
        Mended{ErrorCode::kUnavailable, true},
        Mended{ErrorCode::kFenced, false}
    )
);

struct Fatal {
    Call call;
    ErrorCode code;
};

class EngineEnds : public testing::TestWithParam<Fatal> {};

TEST_P(EngineEnds, AnErrorThatNobodyMendsIsKeptAndNamed) {
    const auto [call, code] = GetParam();
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.log().fail({call, {code, "the disk is gone"}});
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.start();
    EXPECT_FALSE(shop.engine().wait_until_idle(kLong));
    await(shop, [&] { return !shop.engine().failure(); });
    const Error failure = shop.engine().failure().error();
    EXPECT_EQ(failure.code, code);
    EXPECT_NE(failure.message.find("the disk is gone"), std::string::npos) << failure.message;
    EXPECT_NE(failure.message.find(" of shop: "), std::string::npos) << failure.message;
    EXPECT_EQ(shop.engine().stop().error(), failure) << "whoever stops it is told as well";
    EXPECT_EQ(shop.engine().stop().error(), failure);
}

INSTANTIATE_TEST_SUITE_P(
    Errors,
    EngineEnds,
    testing::Values(
        Fatal{Call::kWrite, ErrorCode::kIo},
        Fatal{Call::kWrite, ErrorCode::kCorrupt},
        Fatal{Call::kWrite, ErrorCode::kTooLarge},
        Fatal{Call::kRead, ErrorCode::kIo},
        Fatal{Call::kRead, ErrorCode::kCorrupt},
        Fatal{Call::kTake, ErrorCode::kIo},
        Fatal{Call::kLook, ErrorCode::kIo},
        Fatal{Call::kLook, ErrorCode::kCorrupt}
    )
);

/// Its tasks read to the ends and touch the disk no more; the failure is met by a producer.
TEST(EngineEnds, AnIdleEngineNoticesThatItsLogIsDead) {
    Shop shop;
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    shop.log().fail({Call::kEnds, {ErrorCode::kIo, "the disk is gone"}});
    await(shop, [&] { return !shop.engine().failure(); });
    const Error error = shop.engine().stop().error();
    EXPECT_EQ(error.code, ErrorCode::kIo);
    EXPECT_TRUE(error.message.starts_with("sequencer of shop: ")) << error.message;
    EXPECT_TRUE(error.message.ends_with("the disk is gone")) << error.message;
}

TEST(EngineEnds, TheFirstFailureIsKept) {
    Shop shop;
    shop.log().fail({Call::kTake, {ErrorCode::kIo, "first"}, 0, 1});
    shop.start();
    await(shop, [&] { return !shop.engine().failure(); });
    const Error first = shop.engine().failure().error();
    shop.log().fail({Call::kWrite, {ErrorCode::kCorrupt, "second"}});
    EXPECT_EQ(shop.engine().stop().error(), first);
}

/// All the way down: a sync of the write-ahead log that the disk refuses.
TEST(EngineEnds, AFailedSyncEndsItAndARestartHasWhatWasAcknowledged) {
    log::test::Faults faults;
    const std::shared_ptr<rocksdb::FileSystem> files =
        std::make_shared<log::test::FaultyFileSystem>(faults);
    const std::unique_ptr<rocksdb::Env> env{rocksdb::NewCompositeEnv(files)};
    const log::test::ScratchDirectory scratch;
    const SystemClock clock;
    Ids acknowledged;
    {
        const auto log = log::open_embedded_on(env.get(), log::test::test_options(scratch.path()));
        ASSERT_TRUE(log.has_value());
        Engine engine{*log.value(), clock, test::fast_options()};
        ASSERT_TRUE(engine.add_domain(test::shop_plan()));
        ASSERT_TRUE(engine.start());
        for (std::uint64_t n = 1; n <= 20; ++n) {
            if (n == 10) faults.sync = log::test::Faults::Kind::kIo;
            const Event made = event("a.made", "s1", "/a", n);
            const auto answers = engine.publish(std::span{&made, 1});
            ASSERT_EQ(answers[0].has_value(), n < 10);
            if (answers[0].has_value()) acknowledged.push_back(made.id);
        }
        EXPECT_FALSE(engine.wait_until_idle(kLong));
        const Status ended = engine.stop();
        ASSERT_FALSE(ended.has_value());
        EXPECT_EQ(ended.error().code, ErrorCode::kIo);
        EXPECT_NE(ended.error().message.find("stop the process"), std::string::npos)
            << ended.error().message;
    }
    faults.sync = log::test::Faults::Kind::kNone;
    const auto log = log::open_embedded_on(env.get(), log::test::test_options(scratch.path()));
    ASSERT_TRUE(log.has_value()) << log.error().message;
    Engine engine{*log.value(), clock, test::fast_options()};
    ASSERT_TRUE(engine.add_domain(test::shop_plan()));
    Seen seen;
    Subscription subscription;
    subscription.name = "model";
    subscription.sink = std::make_unique<test::RecordingSink>(seen);
    ASSERT_TRUE(engine.add_subscription("shop", std::move(subscription)));
    ASSERT_TRUE(engine.start());
    ASSERT_TRUE(engine.wait_until_idle(kLong));
    ASSERT_GE(seen.of("s1").size(), acknowledged.size());
    const Ids all = seen.of("s1");  // 10 may be there as well: nobody was told
    EXPECT_TRUE(std::equal(acknowledged.begin(), acknowledged.end(), all.begin()));
}

TEST(EngineFull, PublishingIsRefusedWhileWhatIsThereGoesOn) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.log().fail({Call::kPublish, {ErrorCode::kFull, "disk: 3 MiB are free"}});
    const std::vector<Event> refused{
        event("a.made", "s1", "/a", 2), event("z.none", "s1", "/a", 3)};
    const auto answers = shop.engine().publish(refused);
    EXPECT_EQ(answers[0].error().code, ErrorCode::kFull);
    EXPECT_EQ(answers[0].error().message, "disk: 3 MiB are free");
    EXPECT_EQ(answers[1].error().code, ErrorCode::kNotFound) << "its own reason";
    shop.start();
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1"}));
    shop.log().heal();
    shop.publish({event("a.made", "s1", "/a", 2)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

/// Any step of anybody fails at any time, written or not, while events come.
TEST(EngineFaultModel, LosesAndDoublesNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Shop shop{test::shop_plan(), test::fast_options(2)};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    std::vector<Event> events;
    for (int s = 0; s < 60; ++s) {
        for (std::uint64_t n = 1; n <= 8; ++n) {
            const char* type = random() % 2 == 0 ? "a.made" : "b.sent";
            events.push_back(event(type, fmt::format("s{}", s), "/a", n));
        }
    }
    std::shuffle(events.begin(), events.end(), random);
    std::uint64_t failed = 0;
    for (std::size_t from = 0; from < events.size(); from += 24) {
        const ErrorCode code = random() % 2 == 0 ? ErrorCode::kUnavailable : ErrorCode::kFenced;
        failed += shop.log().failed();
        shop.log().fail({Call::kWrite, {code, "by chance"}, random() % 4, 2, random() % 2 == 0});
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(from);
        shop.publish({begin, begin + 24});
        await(shop, [&] { return shop.log().failed() > 0; });
    }
    shop.log().heal();
    shop.settle();
    EXPECT_GT(failed, 0U);
    EXPECT_EQ(seen.holes, 0U);
    for (int s = 0; s < 60; ++s) {
        const Ids ids = seen.of(fmt::format("s{}", s));
        ASSERT_EQ(ids.size(), 8U);
        EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    }
}

}  // namespace
}  // namespace sluice::runtime
