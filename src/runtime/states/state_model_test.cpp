// Random events, restarts, retention, failures of the reducer; then every position is asked for
// and held against a reference of a few lines.

#include "base/test_seed.hpp"
#include "runtime/states/states_fixture.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <vector>

namespace sluice::runtime::test {
namespace {

struct Lived {
    std::int64_t offset{};
    std::int64_t time{};   ///< never before its predecessor's
    nlohmann::json state;  ///< of those that could be folded
    bool known{true};
    std::uint64_t missing{};
};

class StateModel : public StatesTest {
protected:
    /// An event of a drawn subject, and what the reference makes of it.
    Next drawn() {
        Next next;
        next.subject = fmt::format("s{}", random_() % 4);
        next.at_ms = static_cast<std::int64_t>(random_() % 100'000);
        auto& line = lived_[next.subject];
        Lived now = line.empty() ? Lived{0, next.at_ms, nullptr, true, 0} : line.back();
        now.known = true;
        now.offset = end_++;
        now.time = std::max(now.time, next.at_ms);
        if (random_() % 12 == 0) {
            next.data = "{\"torn";
            now.known = false;
            ++now.missing;
        } else {
            nlohmann::json patch = nlohmann::json::object();
            for (std::uint64_t left = random_() % 4; left > 0; --left) {
                nlohmann::json& member =
                    patch[std::string(1, static_cast<char>('a' + random_() % 6))];
                if (random_() % 4 != 0) member = random_() % 1'000;
            }
            next.data = patch.dump();
            now.state.merge_patch(patch);
        }
        line.push_back(now);
        return next;
    }

    void check() {
        for (const auto& [subject, line] : lived_) {
            for (std::size_t at = 0; at < line.size(); ++at) {
                const bool newest = at + 1 == line.size();
                const Lived& expected = line[at];
                const std::string told = look(subject, std::to_string(at + 1));
                const bool gone = told.starts_with("gone: ");
                // Where it was folded on from stays until retention moves again.
                if (expected.offset < first_ && !newest && (gone || !renewed_)) {
                    ASSERT_TRUE(gone) << subject << ' ' << at + 1 << told;
                    continue;
                }
                if (!expected.known) {
                    ASSERT_TRUE(told.starts_with("unknown: data: ")) << told;
                    continue;
                }
                ASSERT_EQ(nlohmann::json::parse(told), expected.state) << subject << ' ' << at + 1;
                ASSERT_EQ(answer(subject, std::to_string(at + 1))->view->missing, expected.missing);
            }
            check_times(subject, line);
        }
    }

    void check_times(const std::string& subject, const std::vector<Lived>& line) {
        for (int round = 0; round < 5; ++round) {
            const auto time = static_cast<std::int64_t>(random_() % 110'000);
            std::size_t position = 0;
            while (position < line.size() && line[position].time <= time) ++position;
            const auto told = answer(subject, to_rfc3339(Instant{time}));
            const bool there =
                position > 0 && (line[position - 1].offset >= first_ || position == line.size());
            if (renewed_ && !there) continue;
            ASSERT_EQ(told->view.has_value(), there) << subject << " at " << time << told->text;
            if (!there) continue;
            ASSERT_EQ(told->view->position.value, position) << subject << ' ' << time;
        }
    }

    std::mt19937_64 random_;
    std::map<std::string, std::vector<Lived>> lived_;
    std::int64_t end_{0};
    std::int64_t first_{0};
    bool renewed_{false};  ///< since retention moved last
};

TEST_F(StateModel, EveryPositionIsTheFoldOfItsEvents) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    random_.seed(seed);
    for (int round = 0; round < 250; ++round) {
        std::vector<Next> events;
        for (std::uint64_t left = random_() % 8; left > 0; --left) events.push_back(drawn());
        if (!events.empty()) append(events);
        if (random_() % 3 == 0) {
            ASSERT_TRUE(session_->step());
        }
        if (random_() % 15 == 0) open();
        if (random_() % 25 == 0) {  // another fingerprint, and the same states
            renewed_ = true;
            use(fmt::format("merge-patch\n  tables: {{v: {}}}", random_() % 1'000));
            if (random_() % 2 == 0) {
                ASSERT_TRUE(session_->step());
            }
        }
        if (random_() % 20 == 0) {
            log_.fail(
                {.call = Call::kWrite, .error = {ErrorCode::kUnavailable, "no answer"}, .times = 1}
            );
            if (!session_->step()) open();
            log_.heal();
        }
        if (random_() % 20 == 0 && end_ > first_) {
            fold();  // retention waits for it
            const auto most = static_cast<std::uint64_t>(end_ - first_);
            const auto taken = static_cast<std::int64_t>(random_() % most);
            first_ += taken;
            trim(first_);
            renewed_ = renewed_ && taken == 0;
            if (random_() % 2 == 0) open();
        }
        if (round % 50 == 49) {
            fold();
            ASSERT_NO_FATAL_FAILURE(check());
        }
    }
}

}  // namespace
}  // namespace sluice::runtime::test
