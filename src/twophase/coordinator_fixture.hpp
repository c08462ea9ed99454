#pragma once

#include "twophase/coordinator.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::twophase::test {

inline Options options() {
    Options some;
    some.coordinator = "points";
    some.vote_within = Milliseconds{1'000};
    some.retry_first = Milliseconds{100};
    some.retry_max = Milliseconds{400};
    return some;
}

/// "prepare 1/1.0 a", "store 1/1", "committed 1/1", …
inline std::string text_of(const Action& action) {
    const std::string id = to_string(action.id);
    const auto branch = [&](std::string_view verb) {
        return fmt::format("{} {}.{} {}", verb, id, action.branch, action.database);
    };
    switch (action.kind) {
        case ActionKind::kPrepare: return branch("prepare");
        case ActionKind::kStoreDecision: return "store " + id;
        case ActionKind::kAnswerCommitted: return "committed " + id;
        case ActionKind::kAnswerAborted: return "aborted " + id + ": " + action.reason;
        case ActionKind::kCommitPrepared: return branch("commit");
        case ActionKind::kRollbackPrepared: return branch("rollback");
        case ActionKind::kEraseDecision: return "erase " + id;
    }
    return {};
}

using Texts = std::vector<std::string>;

/// A coordinator of the databases a and b, driven by hand.
class CoordinatorTest : public ::testing::Test {
protected:
    /// What was to be done since the last call.
    Texts did() {
        Texts texts;
        for (const Action& action : actions) texts.push_back(text_of(action));
        actions.clear();
        return texts;
    }

    TransactionId begin() { return it.begin({"a", "b"}, now, actions).value(); }

    void yes(TransactionId id, std::uint32_t branch) {
        it.voted(id, branch, true, "", now, actions);
    }

    TransactionId committing() {
        const TransactionId id = begin();
        yes(id, 0);
        yes(id, 1);
        it.stored(id, now, actions);
        actions.clear();
        return id;
    }

    void time_passes() {
        now = it.due().value();
        it.tick(now, actions);
    }

    void found(std::string_view database, const std::vector<std::string>& gids) {
        it.found(database, gids, actions);
    }

    Instant now{1'000'000};
    Actions actions;
    Coordinator it{options(), 3, {}, now};
};

}  // namespace sluice::twophase::test
