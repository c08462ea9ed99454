// Transfers between accounts in three databases at random: the network loses, doubles and delays,
// the coordinator and the databases crash. The reference: what all accounts hold together never
// changes, and each transfer is in both databases or in none.

#include "base/test_seed.hpp"
#include "twophase/coordinator_fixture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>

namespace sluice::twophase::test {
namespace {

constexpr std::size_t kDatabases = 3;
constexpr int kAccounts = 4;

/// Keeps what is prepared over a crash, and what is only open not.
struct Bank {
    struct Work {
        int account{};
        int amount{};
    };

    std::map<std::string, Work> open;      ///< by gid
    std::map<std::string, Work> prepared;  ///< likewise
    std::array<int, kAccounts> balances{100, 100, 100, 100};
    std::set<TransactionId> done;

    void crash() { open.clear(); }
};

class BankWorld {
public:
    explicit BankWorld(std::uint64_t seed) : random_{seed} { come_back(); }

    void run(int transfers) {
        for (int begun = 0; begun < transfers;) {
            const std::size_t move = pick(100);
            if (move < 12) {
                if (coordinator_->open().size() < 6) begin(++begun);
            } else if (move < 50) {
                obey_one();
            } else if (move < 85) {
                hear_one();
            } else if (move < 92) {
                tick();
            } else if (move < 96) {
                list(pick(kDatabases));
            } else if (move == 96) {
                banks_[pick(kDatabases)].crash();
            } else if (move == 97) {
                if (pick(4) == 0) come_back();
            } else {
                a_person_aborts();
            }
            if (::testing::Test::HasFatalFailure()) return;
        }
        end_well();
    }

    void check_end() const {
        int sum = 0;
        for (const Bank& bank : banks_) {
            ASSERT_TRUE(bank.prepared.empty());
            for (const int balance : bank.balances) sum += balance;
        }
        ASSERT_EQ(sum, static_cast<int>(kDatabases) * kAccounts * 100);
        for (const auto& [id, between] : transfers_) {
            const bool first = banks_[between.first].done.contains(id);
            const bool second = banks_[between.second].done.contains(id);
            ASSERT_EQ(first, second) << "half: " << to_string(id);
            ASSERT_TRUE(first || !said_committed_.contains(id)) << to_string(id);
            ASSERT_FALSE(first && said_aborted_.contains(id)) << to_string(id);
        }
        ASSERT_TRUE(coordinator_->open().empty());
        ASSERT_TRUE(durable_.empty());
    }

    [[nodiscard]] std::size_t committed() const { return said_committed_.size(); }

    [[nodiscard]] std::size_t aborted() const { return said_aborted_.size(); }

private:
    std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

    static std::string name(std::size_t database) { return std::to_string(database); }

    static std::size_t database_of(const Action& action) {
        return static_cast<std::size_t>(action.database.front() - '0');
    }

    static std::string gid_of(const Action& action) {
        return to_string(Gid{"points", action.id, action.branch});
    }

    // ---- the coordinator's shell ---------------------------------------------------------------

    void begin(int amount) {
        const std::size_t from = pick(kDatabases);
        const std::size_t to = (from + 1 + pick(kDatabases - 1)) % kDatabases;
        Actions actions;
        const auto id = coordinator_->begin({name(from), name(to)}, now_, actions);
        transfers_[*id] = {from, to};
        const auto work = [&](std::size_t bank, std::uint32_t branch, int change) {
            if (pick(20) == 0) return;  // it failed: there is nothing to prepare
            banks_[bank].open[to_string(Gid{"points", *id, branch})] = {
                static_cast<int>(pick(kAccounts)), change};
        };
        work(from, 0, -amount);
        work(to, 1, amount);
        carry_out(actions);
    }

    void carry_out(const Actions& actions) {
        for (const Action& action : actions) {
            switch (action.kind) {
                case ActionKind::kPrepare:
                case ActionKind::kCommitPrepared:
                case ActionKind::kRollbackPrepared: orders_.push_back(action); break;
                case ActionKind::kStoreDecision: return store(action.id);
                case ActionKind::kAnswerCommitted: said_committed_.insert(action.id); break;
                case ActionKind::kAnswerAborted: said_aborted_.insert(action.id); break;
                case ActionKind::kEraseDecision:
                    if (!calm_ && pick(20) == 0) return come_back();
                    durable_.erase(action.id);
                    break;
            }
        }
    }

    void store(TransactionId id) {
        if (!calm_ && pick(30) == 0) return come_back();  // not durable
        durable_[id] = encode(decision_of(*coordinator_->find(id)));
        if (!calm_ && pick(30) == 0) return come_back();  // durable, and nobody knows
        Actions actions;
        coordinator_->stored(id, now_, actions);
        carry_out(actions);
    }

    void come_back() {
        std::vector<Decision> decisions;
        for (const auto& [id, bytes] : durable_) {
            decisions.push_back(decode_decision(bytes).value());
        }
        Options patient = options();
        patient.vote_within = Milliseconds{4'000};
        coordinator_.emplace(patient, ++epoch_, std::move(decisions), now_);
    }

    void tick() {
        now_ = now_ + Milliseconds{static_cast<std::int64_t>(pick(400))};
        Actions actions;
        coordinator_->tick(now_, actions);
        carry_out(actions);
    }

    void list(std::size_t database) {
        std::vector<std::string> gids{"of somebody else"};
        for (const auto& [gid, work] : banks_[database].prepared) gids.push_back(gid);
        Actions actions;
        coordinator_->found(name(database), gids, actions);
        carry_out(actions);
    }

    void a_person_aborts() {
        if (transfers_.empty()) return;
        auto some = transfers_.begin();
        std::advance(some, pick(transfers_.size()));
        Actions actions;
        if (coordinator_->abort(some->first, "x", now_, actions)) carry_out(actions);
    }

    // ---- databases, and the way to them and back
    // -------------------------------------------------

    struct Tidings {
        TransactionId id;
        std::uint32_t branch{};
        std::optional<bool> vote;  ///< nothing: finished
    };

    template <class Message>
    std::optional<Message> take(std::vector<Message>& from) {
        if (from.empty()) return std::nullopt;
        std::swap(from[pick(from.size())], from.back());
        Message message = from.back();
        if (!calm_ && pick(5) == 0) return message;  // and it comes again
        from.pop_back();
        if (!calm_ && pick(8) == 0) return std::nullopt;
        return message;
    }

    void obey_one() {
        const auto action = take(orders_);
        if (!action) return;
        Bank& bank = banks_[database_of(*action)];
        const std::string gid = gid_of(*action);
        Tidings tidings{action->id, action->branch, {}};
        if (action->kind == ActionKind::kPrepare) {
            if (bank.prepared.contains(gid) || bank.done.contains(action->id)) return;
            const auto work = bank.open.find(gid);
            tidings.vote = work != bank.open.end();
            if (*tidings.vote) {
                bank.prepared.insert(bank.open.extract(work));
            }
        } else if (const auto found = bank.prepared.find(gid); found != bank.prepared.end()) {
            if (action->kind == ActionKind::kCommitPrepared) {
                bank.balances.at(static_cast<std::size_t>(found->second.account)) +=
                    found->second.amount;
                ASSERT_TRUE(bank.done.insert(action->id).second) << "twice";
            }
            bank.prepared.erase(found);
        }
        tidings_.push_back(tidings);
    }

    void hear_one() {
        const auto tidings = take(tidings_);
        if (!tidings) return;
        const auto& [id, branch, vote] = *tidings;
        Actions actions;
        if (vote) {
            coordinator_->voted(id, branch, *vote, "no", now_, actions);
        } else {
            coordinator_->finished(id, branch, actions);
        }
        carry_out(actions);
    }

    void end_well() {
        calm_ = true;
        for (int round = 0; round < 200; ++round) {
            while (!orders_.empty()) obey_one();
            while (!tidings_.empty()) hear_one();
            for (std::size_t database = 0; database < kDatabases; ++database) list(database);
            tick();
        }
    }

    std::mt19937_64 random_;
    bool calm_{false};
    Instant now_{1'000'000};
    std::uint32_t epoch_{0};
    std::optional<Coordinator> coordinator_;
    std::map<TransactionId, std::string> durable_;
    std::array<Bank, kDatabases> banks_;
    std::map<TransactionId, std::pair<std::size_t, std::size_t>> transfers_;
    std::vector<Action> orders_;
    std::vector<Tidings> tidings_;
    std::set<TransactionId> said_committed_;
    std::set<TransactionId> said_aborted_;
};

TEST(TwoPhaseModel, TenThousandTransfersAreNeverHalf) {
    const std::uint64_t seed = sluice::test::seed();
    std::size_t committed = 0;
    std::size_t aborted = 0;
    for (std::uint64_t round = 0; round < 100; ++round) {
        SCOPED_TRACE(sluice::test::rerun(seed + round) + " (its first round)");
        BankWorld world{seed + round};
        world.run(100);
        if (HasFatalFailure()) return;
        world.check_end();
        if (HasFatalFailure()) return;
        committed += world.committed();
        aborted += world.aborted();
    }
    EXPECT_GT(committed, 1'000U);
    EXPECT_GT(aborted, 500U);
}

}  // namespace
}  // namespace sluice::twophase::test
