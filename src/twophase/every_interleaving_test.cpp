// Every interleaving of one transaction with its databases, over a network that forgets nothing:
// what was sent once may arrive at any time, any number of times, or never. The coordinator and
// each database may crash at every point, the coordinator also on either side of a decision's
// becoming durable.

#include "twophase/coordinator_fixture.hpp"

#include <deque>
#include <optional>
#include <unordered_set>

namespace sluice::twophase::test {
namespace {

enum class Db : std::uint8_t { kOpen, kPrepared, kCommitted, kRolledBack };

enum Order : std::uint32_t { kOrderPrepare, kOrderCommit, kOrderRollback, kOrders };

enum News : std::uint32_t { kNewsYes, kNewsNo, kNewsFinished, kNewsListed, kNewsKinds };

struct TwoPhaseWorld {
    Coordinator coordinator;
    std::optional<Decision> durable{};
    std::vector<Db> databases;
    std::uint32_t orders{};  ///< bit kOrders * branch + order: was sent
    std::uint32_t news{};    ///< bit kNewsKinds * branch + news: was told
    bool storing{false};
    bool said_committed{false};
    bool said_aborted{false};
    bool settled{false};
    int crashes{2};

    [[nodiscard]] std::string key() const {
        std::string text;
        const auto add = [&](auto number) { text.push_back(static_cast<char>(number)); };
        add(coordinator.epoch());
        for (const auto& [id, transaction] : coordinator.open()) {
            add(transaction.stage);
            for (const Branch& branch : transaction.branches) add(branch.stage);
        }
        add('|');
        if (durable) {
            for (const DecidedBranch& branch : durable->branches) add(branch.settled ? 'S' : 'd');
        }
        for (const Db database : databases) add(database);
        for (int byte = 0; byte < 2; ++byte) {
            add((orders >> (8 * byte)) & 255U);
            add((news >> (8 * byte)) & 255U);
        }
        add(storing);
        add(said_committed);
        add(said_aborted);
        add(settled);
        add(crashes);
        return text;
    }
};

class TwoPhaseExplorer {
public:
    explicit TwoPhaseExplorer(std::size_t branches) : branches_{branches} {
        TwoPhaseWorld first{Coordinator{options(), 1, {}, Instant{0}}, {}, {}};
        first.databases.resize(branches, Db::kOpen);
        Actions actions;
        EXPECT_TRUE(first.coordinator.begin(names(), Instant{0}, actions).has_value());
        took(std::move(first), actions);
    }

    void run() {
        while (!todo_.empty() && !::testing::Test::HasFatalFailure()) {
            const TwoPhaseWorld world = std::move(todo_.front());
            todo_.pop_front();
            check(world);
            ends_well(world);
            move_coordinator(world);
            move_people(world);
            for (std::uint32_t branch = 0; branch < branches_; ++branch) {
                move_database(world, branch);
                for (std::uint32_t order = 0; order < kOrders; ++order) {
                    if ((world.orders >> (kOrders * branch + order) & 1U) != 0) {
                        TwoPhaseWorld after = world;
                        obey(after, branch, static_cast<Order>(order));
                        visit(std::move(after));
                    }
                }
                for (std::uint32_t news = 0; news < kNewsKinds; ++news) {
                    if ((world.news >> (kNewsKinds * branch + news) & 1U) != 0) {
                        hear(world, branch, static_cast<News>(news));
                    }
                }
            }
        }
    }

    [[nodiscard]] std::size_t worlds() const { return seen_.size(); }

    [[nodiscard]] bool saw_all_ends() const { return committed_ && rolled_back_; }

private:
    static constexpr TransactionId kId{1, 1};

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (std::size_t at = 0; at < branches_; ++at)
            all.push_back(std::string(1, char('a' + at)));
        return all;
    }

    void visit(TwoPhaseWorld world) {
        if (seen_.insert(world.key()).second) todo_.push_back(std::move(world));
    }

    static void send(TwoPhaseWorld& world, std::uint32_t branch, Order order) {
        world.orders |= 1U << (kOrders * branch + order);
    }

    static void tell(TwoPhaseWorld& world, std::uint32_t branch, News news) {
        world.news |= 1U << (kNewsKinds * branch + news);
    }

    /// Carries out what the coordinator wants; an erased decision may as well not be erased yet.
    void took(TwoPhaseWorld world, const Actions& actions) {
        bool erases = false;
        for (const Action& action : actions) {
            ASSERT_EQ(action.id, kId);
            switch (action.kind) {
                case ActionKind::kPrepare: send(world, action.branch, kOrderPrepare); break;
                case ActionKind::kCommitPrepared:
                    ASSERT_TRUE(world.durable.has_value()) << "told before it is durable";
                    send(world, action.branch, kOrderCommit);
                    break;
                case ActionKind::kRollbackPrepared:
                    send(world, action.branch, kOrderRollback);
                    break;
                case ActionKind::kStoreDecision: world.storing = true; break;
                case ActionKind::kAnswerCommitted: world.said_committed = true; break;
                case ActionKind::kAnswerAborted: world.said_aborted = true; break;
                case ActionKind::kEraseDecision: erases = true; break;
            }
        }
        if (erases) {
            TwoPhaseWorld erased = world;
            erased.durable.reset();
            visit(std::move(erased));
        }
        visit(std::move(world));
    }

    // ---- moves -------------------------------------------------------------------------------

    void crash(TwoPhaseWorld world) {
        if (world.crashes == 0) return;
        --world.crashes;
        world.storing = false;
        std::vector<Decision> decisions;
        if (world.durable) decisions.push_back(*world.durable);
        world.coordinator =
            Coordinator{options(), world.coordinator.epoch() + 1, std::move(decisions), Instant{0}};
        visit(std::move(world));
    }

    void move_coordinator(const TwoPhaseWorld& world) {
        crash(world);
        if (world.storing) {
            TwoPhaseWorld durable = world;
            durable.durable = decision_of(*world.coordinator.find(kId));
            crash(durable);
            durable.storing = false;
            Actions actions;
            durable.coordinator.stored(kId, Instant{0}, actions);
            took(std::move(durable), actions);
        }
        if (const auto due = world.coordinator.due()) {
            TwoPhaseWorld after = world;
            Actions actions;
            after.coordinator.tick(*due, actions);
            took(std::move(after), actions);
        }
    }

    void move_people(const TwoPhaseWorld& world) {
        TwoPhaseWorld aborted = world;
        Actions actions;
        if (aborted.coordinator.abort(kId, "x", Instant{0}, actions)) took(aborted, actions);
        if (world.settled) return;
        TwoPhaseWorld settled = world;
        settled.settled = true;
        Actions after;
        const auto decision = settled.coordinator.settle(kId, 0, after);
        if (!decision) return;
        if (*decision) settled.durable = **decision;
        took(std::move(settled), after);
    }

    /// It crashes, or cannot serialize, or is asked for what it holds.
    void move_database(const TwoPhaseWorld& world, std::uint32_t branch) {
        TwoPhaseWorld after = world;
        if (after.databases[branch] == Db::kOpen) after.databases[branch] = Db::kRolledBack;
        if (after.databases[branch] == Db::kPrepared) tell(after, branch, kNewsListed);
        visit(std::move(after));
    }

    static void obey(TwoPhaseWorld& world, std::uint32_t branch, Order order) {
        Db& database = world.databases[branch];
        switch (order) {
            case kOrderPrepare:
                if (database == Db::kRolledBack) tell(world, branch, kNewsNo);
                if (database != Db::kOpen) break;
                database = Db::kPrepared;
                tell(world, branch, kNewsYes);
                break;
            case kOrderCommit:
                if (database == Db::kPrepared) database = Db::kCommitted;
                tell(world, branch, kNewsFinished);
                break;
            case kOrderRollback:
                if (database == Db::kPrepared) database = Db::kRolledBack;
                tell(world, branch, kNewsFinished);
                break;
            case kOrders: break;
        }
    }

    void hear(const TwoPhaseWorld& world, std::uint32_t branch, News news) {
        TwoPhaseWorld after = world;
        Actions actions;
        const std::vector<std::string> listed{to_string(Gid{"points", kId, branch})};
        switch (news) {
            case kNewsYes:
            case kNewsNo:
                after.coordinator.voted(kId, branch, news == kNewsYes, "no", Instant{0}, actions);
                break;
            case kNewsFinished: after.coordinator.finished(kId, branch, actions); break;
            case kNewsListed: after.coordinator.found(names()[branch], listed, actions); break;
            case kNewsKinds: break;
        }
        took(std::move(after), actions);
    }

    // ---- what must hold ----------------------------------------------------------------------

    void check(const TwoPhaseWorld& world) {
        bool committed = false;
        bool rolled_back = false;
        for (const Db database : world.databases) {
            committed = committed || database == Db::kCommitted;
            rolled_back = rolled_back || database == Db::kRolledBack;
        }
        ASSERT_FALSE(committed && rolled_back) << "half";
        ASSERT_FALSE(world.said_committed && rolled_back);
        ASSERT_FALSE(world.said_aborted && committed);
        ASSERT_FALSE(world.said_aborted && world.said_committed);
        committed_ = committed_ || committed;
        rolled_back_ = rolled_back_ || rolled_back;
    }

    /// From wherever it stands: once databases answer, nothing is left prepared, and it is the same
    /// in all of them.
    void ends_well(TwoPhaseWorld world) {
        for (int round = 0; round < 6; ++round) {
            Actions actions;
            if (world.storing) {
                world.durable = decision_of(*world.coordinator.find(kId));
                world.storing = false;
                world.coordinator.stored(kId, Instant{0}, actions);
            }
            if (const auto due = world.coordinator.due()) world.coordinator.tick(*due, actions);
            for (std::uint32_t branch = 0; branch < branches_; ++branch) {
                if (world.databases[branch] == Db::kOpen) {
                    world.databases[branch] = Db::kRolledBack;  // its session is long gone
                }
                if (world.databases[branch] != Db::kPrepared) continue;
                const std::vector<std::string> listed{to_string(Gid{"points", kId, branch})};
                world.coordinator.found(names()[branch], listed, actions);
            }
            for (const Action& action : actions) {
                Actions more;
                if (action.kind == ActionKind::kCommitPrepared) {
                    obey(world, action.branch, kOrderCommit);
                } else if (action.kind == ActionKind::kRollbackPrepared) {
                    obey(world, action.branch, kOrderRollback);
                } else {
                    continue;
                }
                world.coordinator.finished(kId, action.branch, more);
            }
            check(world);
        }
        for (const Db database : world.databases) {
            ASSERT_TRUE(database == Db::kCommitted || database == Db::kRolledBack)
                << "left prepared";
            ASSERT_EQ(database, world.databases.front()) << "half";
        }
        ASSERT_TRUE(world.coordinator.open().empty() || world.settled);
    }

    std::size_t branches_;
    std::unordered_set<std::string> seen_;
    std::deque<TwoPhaseWorld> todo_;
    bool committed_{false};
    bool rolled_back_{false};
};

void explore(std::size_t branches) {
    TwoPhaseExplorer explorer{branches};
    explorer.run();
    EXPECT_TRUE(explorer.saw_all_ends());
    fmt::print("{} databases: {} worlds\n", branches, explorer.worlds());
}

TEST(TwoPhaseEveryInterleaving, OfOneDatabase) {
    explore(1);
}

TEST(TwoPhaseEveryInterleaving, OfTwoDatabases) {
    explore(2);
}

TEST(TwoPhaseEveryInterleaving, OfThreeDatabases) {
    explore(3);
}

}  // namespace
}  // namespace sluice::twophase::test
