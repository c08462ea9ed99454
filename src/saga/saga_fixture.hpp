#pragma once

#include "saga/saga.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sluice::saga::test {

inline CommandSpec command(std::string to) {
    CommandSpec spec;
    spec.to = std::move(to);
    spec.answer_within = Milliseconds{1'000};
    spec.attempts_max = 2;
    spec.wait_first = Milliseconds{100};
    spec.wait_max = Milliseconds{400};
    return spec;
}

inline StepSpec undoable(const std::string& name) {
    StepSpec step;
    step.name = name;
    step.command = command(name + ".wanted");
    step.undo = command(name + ".unwanted");
    return step;
}

inline StepSpec nothing_to_undo(const std::string& name) {
    StepSpec step = undoable(name);
    step.undo.reset();
    step.nothing_to_undo = true;
    return step;
}

inline StepSpec kept(const std::string& name) {
    StepSpec step = undoable(name);
    step.undo.reset();
    return step;
}

inline StepSpec pivot(const std::string& name) {
    StepSpec step = kept(name);
    step.pivot = true;
    return step;
}

/// reserve and redeem can be undone, authorize is the pivot, place follows it.
inline Definition checkout() {
    Definition definition;
    definition.name = "checkout";
    definition.steps = {undoable("reserve"), undoable("redeem"), pivot("authorize"), kept("place")};
    return definition;
}

/// A saga and its rules, driven by hand; `sent` has the keys of all commands.
class SagaTest : public ::testing::Test {
protected:
    SagaTest() : SagaTest{checkout()} {}

    explicit SagaTest(Definition definition)
        : rules{std::move(definition)},
          it{rules.make("c-1", "member-17", "{}", 1, now).value()} {}

    Decision took(Decision decision) {
        if (decision.send) sent.push_back(to_string(decision.send->key));
        return decision;
    }

    void start() { took(rules.start(it, now)); }

    Decision answer(
        const std::string& step, Direction direction, Verdict verdict, std::string reason = "no"
    ) {
        return took(rules.reply(it, {step, direction, verdict, "r-" + step, std::move(reason)}, now)
        );
    }

    Decision done(const std::string& step) { return answer(step, Direction::kDo, Verdict::kDone); }

    Decision undone(const std::string& step) {
        return answer(step, Direction::kUndo, Verdict::kDone);
    }

    Decision refused(const std::string& step) {
        return answer(step, Direction::kDo, Verdict::kRefused);
    }

    /// The clock reaches what is due.
    Decision time_passes() {
        now = Saga::due(it).value();
        return took(rules.tick(it, now));
    }

    /// Both attempts, and nobody answers.
    void nobody_answers() {
        time_passes();
        time_passes();
        time_passes();
    }

    [[nodiscard]] std::vector<StepState> states() const {
        std::vector<StepState> all;
        for (const StepRecord& step : it.steps) all.push_back(step.state);
        return all;
    }

    Instant now{1'000'000};
    Saga rules;
    Instance it;
    std::vector<std::string> sent;
};

}  // namespace sluice::saga::test
