#include "orchestrate/saga_census.hpp"

#include "base/test_seed.hpp"
#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::orchestrate {
namespace {

saga::Definition named(const std::string& name) {
    saga::Definition definition = saga::test::checkout();
    definition.name = name;
    return definition;
}

SagaBook book() {
    return SagaBook::make({named("checkout"), named("refund")}).value();
}

saga::Instance saga_of(
    const std::string& id,
    saga::Phase phase,
    saga::Awaits awaits = saga::Awaits::kAnswer,
    const std::string& definition = "checkout"
) {
    saga::Instance instance;
    instance.id = id;
    instance.definition = definition;
    instance.phase = phase;
    instance.awaits = awaits;
    return instance;
}

/// "waiting forward backward stuck, done compensated".
std::string text_of(const SagaCensus& census, const std::string& name = "checkout") {
    const SagaCensus::Counts& counts = census.counts().at(name);
    std::string text;
    for (const Standing standing : kStandings) {
        text += std::to_string(counts.at(standing).load()) + " ";
    }
    return text + std::to_string(counts.done_total.load()) + " " +
           std::to_string(counts.compensated_total.load());
}

TEST(SagaCensus, EveryDefinitionIsThereBeforeItsFirstSaga) {
    const SagaCensus census{book()};
    EXPECT_EQ(census.counts().size(), 2U);
    EXPECT_EQ(text_of(census, "refund"), "0 0 0 0 0 0");
}

TEST(SagaCensus, ASagaIsCountedWhereItStands) {
    SagaCensus census{book()};
    census.count(saga_of("a", saga::Phase::kWaiting, saga::Awaits::kNothing));
    EXPECT_EQ(text_of(census), "1 0 0 0 0 0");
    census.count(saga_of("a", saga::Phase::kForward));
    EXPECT_EQ(text_of(census), "0 1 0 0 0 0");
    census.count(saga_of("a", saga::Phase::kBackward, saga::Awaits::kPause));
    EXPECT_EQ(text_of(census), "0 0 1 0 0 0");
    census.count(saga_of("a", saga::Phase::kBackward, saga::Awaits::kPerson));
    EXPECT_EQ(text_of(census), "0 0 0 1 0 0") << "stuck, wherever it was going";
    census.count(saga_of("a", saga::Phase::kCompensated, saga::Awaits::kNothing));
    EXPECT_EQ(text_of(census), "0 0 0 0 0 1");
    EXPECT_EQ(text_of(census, "refund"), "0 0 0 0 0 0");
}

TEST(SagaCensus, WhatIsOpenIsReadAgainAndWhatHasEndedStays) {
    SagaCensus census{book()};
    census.count(saga_of("a", saga::Phase::kForward));
    census.count(saga_of("b", saga::Phase::kForward));
    census.count(saga_of("b", saga::Phase::kDone, saga::Awaits::kNothing));
    census.begin_anew();
    EXPECT_EQ(text_of(census), "0 0 0 0 1 0");
    census.count(saga_of("a", saga::Phase::kForward));
    EXPECT_EQ(text_of(census), "0 1 0 0 1 0");
}

TEST(SagaCensus, AnEndThatWasNeverSeenOpenIsAnEnd) {
    SagaCensus census{book()};
    census.count(saga_of("a", saga::Phase::kDone, saga::Awaits::kNothing));
    EXPECT_EQ(text_of(census), "0 0 0 0 1 0");
}

TEST(SagaCensus, CommandsAreCountedEachTime) {
    SagaCensus census{book()};
    const saga::Instance instance = saga_of("a", saga::Phase::kForward);
    census.count_command(instance);
    census.count_command(instance);
    EXPECT_EQ(census.counts().at("checkout").commands_total, 2U);
}

/// Whatever way sagas go: as a count over all of them says.
TEST(SagaCensusModel, AgreesWithACountOverAll) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    constexpr std::array kPhases{
        saga::Phase::kWaiting,
        saga::Phase::kForward,
        saga::Phase::kBackward,
        saga::Phase::kDone,
        saga::Phase::kCompensated};
    SagaCensus census{book()};
    std::map<std::string, saga::Instance> all;
    for (int round = 0; round < 2'000; ++round) {
        const std::string id = std::to_string(random() % 40);
        const auto there = all.find(id);
        if (there != all.end() && there->second.ended()) continue;
        const bool refund = std::stoi(id) % 2 == 0;
        const auto awaits = random() % 5 == 0 ? saga::Awaits::kPerson : saga::Awaits::kAnswer;
        const saga::Phase phase = kPhases[random() % (random() % 8 == 0 ? 5 : 3)];
        all[id] = saga_of(id, phase, awaits, refund ? "refund" : "checkout");
        census.count(all[id]);
        for (const auto& [name, counts] : census.counts()) {
            std::array<std::uint64_t, kStandings.size()> open{};
            std::uint64_t done = 0;
            for (const auto& [other, instance] : all) {
                if (instance.definition != name) continue;
                if (instance.phase == saga::Phase::kDone) ++done;
                if (!instance.ended()) ++open[static_cast<std::size_t>(standing_of(instance))];
            }
            for (const Standing standing : kStandings) {
                ASSERT_EQ(counts.at(standing), open[static_cast<std::size_t>(standing)]);
            }
            ASSERT_EQ(counts.done_total, done);
        }
    }
}

}  // namespace
}  // namespace sluice::orchestrate
