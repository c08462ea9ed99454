// Many callers at once, while connections and the log fail before or after what they were asked
// for, and the process ends and begins again: never half.

#include "base/test_seed.hpp"
#include "transact/desk_fixture.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <random>
#include <set>

namespace sluice::transact::test {
namespace {

using Random = std::mt19937_64;

constexpr int kRounds = 20;
constexpr int kCallers = 4;
constexpr int kActsOfCaller = 40;

class TransferWorld {
public:
    explicit TransferWorld(std::uint64_t seed) : random_{seed} { rig_.open(); }

    void play_round() {
        make_faulty();
        rig_.desk->start();
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < kCallers; ++caller) {
            callers.emplace_back([this, seed = chance()] {
                Random random{seed};
                for (int act = 0; act < kActsOfCaller; ++act) transfer(random);
            });
        }
        callers.clear();
        for (auto& [name, bank] : rig_.banks) bank.hook({});
        rig_.log.heal();
        rig_.reopen();
        rig_.desk->recover();
    }

    void check() const {
        EXPECT_TRUE(rig_.prepared().empty()) << "something is left prepared";
        EXPECT_TRUE(rig_.desk->coordination().open_transactions().empty());
        std::int64_t total = 0;
        for (const auto& [name, bank] : rig_.banks) total += bank.balance();
        EXPECT_EQ(total, 0) << "half of something was done";
        for (const auto& [transfer, told] : told_) check(transfer, told);
    }

    [[nodiscard]] std::size_t count(const std::string& what) const {
        return static_cast<std::size_t>(std::count_if(
            told_.begin(), told_.end(), [&](const auto& one) { return one.second.outcome == what; }
        ));
    }

private:
    struct Told {
        std::string outcome;  ///< "committed", "aborted", "unknown"
        std::vector<std::string> banks;
    };

    /// Callers, carriers and the test draw from one stream.
    std::uint64_t chance() {
        const std::lock_guard lock{mutex_};
        return random_();
    }

    void make_faulty() {
        for (auto& [name, bank] : rig_.banks) {
            bank.hook([this](const std::string& call, bool /*after*/) {
                if (chance() % 40 != 0) return;
                const bool lost = chance() % 3 != 0 || call == "list";
                throw SqlError{
                    lost ? SqlError::Kind::kConnection : SqlError::Kind::kBusy, call + " failed"};
            });
        }
        const ErrorCode code = chance() % 2 == 0 ? ErrorCode::kUnavailable : ErrorCode::kFull;
        const bool stored = code == ErrorCode::kUnavailable && chance() % 2 == 0;
        rig_.log.fail(
            {runtime::test::Call::kWrite, {code, "not now"}, chance() % 60, chance() % 4, stored}
        );
    }

    void transfer(Random& random) {
        std::vector<std::string> names{"east", "north", "south"};
        std::shuffle(names.begin(), names.end(), random);
        if (random() % 3 != 0) names.pop_back();
        const auto amount = static_cast<std::int64_t>(random() % 100);
        const bool refuses = random() % 10 == 0;
        const std::string id = fmt::format("t{}", random());
        std::vector<TwoPhaseBranch> branches;
        const auto others = static_cast<std::int64_t>(names.size() - 1);
        for (const std::string& name : names) {
            const bool takes = name == names.front();
            branches.push_back({name, DeskRig::add(takes ? -amount * others : amount, id)});
        }
        if (refuses) {
            branches.back().work = [](Sql&) -> Status {
                return Error{ErrorCode::kConflict, "not enough"};
            };
        }
        const Status done = rig_.desk->run(std::move(branches));
        const bool unknown = !done && done.error().code == ErrorCode::kIo;
        const std::lock_guard lock{mutex_};
        EXPECT_FALSE(done && refuses);
        told_[id] = {done ? "committed" : unknown ? "unknown" : "aborted", std::move(names)};
    }

    void check(const std::string& transfer, const Told& told) const {
        std::size_t there = 0;
        for (const std::string& name : told.banks) {
            there += rig_.banks.at(name).transfers().count(transfer);
        }
        if (told.outcome == "committed") {
            EXPECT_EQ(there, told.banks.size()) << transfer << " is not everywhere";
        } else if (told.outcome == "aborted") {
            EXPECT_EQ(there, 0U) << transfer << " was aborted, and is there";
        } else {
            EXPECT_TRUE(there == 0 || there == told.banks.size()) << transfer << " is half";
        }
    }

    DeskRig rig_{{"east", "north", "south"}};
    std::mutex mutex_;  // of what follows
    Random random_;
    std::map<std::string, Told> told_;
};

TEST(DeskModel, ManyTransfersWithFaultsAreNeverHalf) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed) + " (the choices, not their moments)");
    TransferWorld world{seed};
    for (int round = 0; round < kRounds; ++round) world.play_round();
    world.check();
    constexpr std::size_t kAll = std::size_t{kRounds} * kCallers * kActsOfCaller;
    EXPECT_GT(world.count("committed"), kAll / 4);
    EXPECT_GT(world.count("aborted"), kAll / 20);
}

}  // namespace
}  // namespace sluice::transact::test
