#include "saga/state_codec.hpp"

#include "base/test_mutation.hpp"
#include "base/test_seed.hpp"
#include "saga/saga_fixture.hpp"

#include <random>

namespace sluice::saga::test {
namespace {

using SagaState = SagaTest;

TEST_F(SagaState, IsReadAsItIsWritten) {
    const auto same = [&] {
        const auto read = decode_instance(encode(it));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_EQ(read.value(), it);
    };
    same();
    start();
    same();
    done("reserve");
    time_passes();
    same();
    done("redeem");
    nobody_answers();
    same();
    refused("authorize");
    same();
    undone("redeem");
    undone("reserve");
    same();
    EXPECT_EQ(it.phase, Phase::kCompensated);
}

TEST_F(SagaState, ItsBytesAreThoseOfTheDrawing) {
    const Saga one_step{[] {
        Definition definition;
        definition.name = "d";
        definition.steps = {pivot("p")};
        return definition;
    }()};
    Instance one = one_step.make("i", "s", "in", 5, Instant{1}).value();
    static_cast<void>(one_step.start(one, Instant{2}));
    one.shape = 0x0807060504030201;
    one.reason = "why";
    using std::string_literals::operator""s;
    EXPECT_EQ(
        encode(one),
        "\x01\x01i\x01"
        "d\x01\x01\x02\x03\x04\x05\x06\x07\x08\x01s\x05\x02in\x02\x02\x00\x00\x01"
        "\xEA\x03\x00\x00\x00\x00\x00\x00\x03why"
        "\x01\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x01\x02\x00"s
    );
}

TEST_F(SagaState, RefusesWhatNoInputLeadsTo) {
    const auto refused_as = [&](Instance bad) {
        const auto read = decode_instance(encode(bad));
        return read.has_value() ? std::string{"taken"} : read.error().message;
    };
    start();
    done("reserve");
    const std::string never =
        "saga state: no input leads where saga \"c-1\" stands; the state is damaged or of another "
        "version";
    Instance bad = it;
    bad.at = 4;
    EXPECT_EQ(refused_as(bad), never);
    bad = it;
    bad.steps.clear();
    EXPECT_EQ(refused_as(bad), never);
    bad = it;
    bad.awaits = Awaits::kNothing;
    EXPECT_EQ(refused_as(bad), never);
    bad = it;
    bad.phase = Phase::kDone;
    bad.awaits = Awaits::kNothing;
    EXPECT_EQ(refused_as(bad), never);
    bad = it;
    bad.phase = Phase::kBackward;
    EXPECT_EQ(refused_as(bad), never) << "what is under way is neither done nor unknown";
    bad = it;
    bad.steps[0].state = StepState::kUndone;
    EXPECT_EQ(refused_as(bad), never);
    bad = it;
    bad.definition = "No Name";
    EXPECT_EQ(refused_as(bad), never);
}

TEST_F(SagaState, RefusesAnotherVersionAndMoreOrFewerBytes) {
    const std::string bytes = encode(it);
    std::string other = bytes;
    other[0] = 2;
    EXPECT_EQ(
        decode_instance(other).error().message,
        "saga state: no version 1; the state is damaged or of another version"
    );
    EXPECT_EQ(decode_instance(bytes + "x").error().code, ErrorCode::kCorrupt);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ASSERT_FALSE(decode_instance(std::string_view{bytes}.substr(0, size)).has_value());
    }
}

/// Whatever the bytes: an error, or an instance that the rules can go on with.
TEST_F(SagaState, DamageIsAnErrorAndNeverACrash) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    start();
    done("reserve");
    refused("redeem");
    const std::string bytes = encode(it);
    int taken = 0;
    for (int round = 0; round < 20'000; ++round) {
        using std::string_view_literals::operator""sv;
        auto read = decode_instance(sluice::test::mutated(random, bytes, "\0\1\2\3\4\5\6\xff"sv));
        if (!read || !rules.fits(*read)) continue;
        ++taken;
        static_cast<void>(rules.under_way(*read));
        static_cast<void>(rules.tick(*read, now));
        static_cast<void>(rules.reply(*read, {"reserve", Direction::kUndo, Verdict::kDone}, now));
        static_cast<void>(rules.compensate(*read, "x", now));
    }
    EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace sluice::saga::test
