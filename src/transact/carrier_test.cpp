#include "transact/carrier.hpp"

#include "transact/desk_fixture.hpp"

#include <stop_token>

namespace sluice::transact::test {
namespace {

/// A carrier of south's, stepped by hand, and transactions whose callers have gone.
class CarrierTest : public DeskTest {
protected:
    void SetUp() override {
        rig.open();
        auto opened =
            Coordination::open({rig.log, rig.clock}, rig.options.rules, [] { return ok(); });
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        coordination = std::move(opened).value();
        carrier = std::make_unique<Carrier>(*coordination, pool, "south");
    }

    /// Prepared in south, and decided as it is said; north has done its part.
    std::string leave(bool commits) {
        const twophase::TransactionId id = coordination->begin({"north", "south"}).value();
        const std::string gid = twophase::to_string(twophase::Gid{"points", id, 1});
        south.leave_prepared(gid, 5);
        twophase::Actions orders = coordination->vote_yes(id, 1);
        EXPECT_TRUE(orders.empty());
        orders = commits ? coordination->vote_yes(id, 0) : coordination->give_up(id, "no");
        for (const twophase::Action& order : orders) {
            if (order.branch == 0) coordination->finished(order);
        }
        EXPECT_EQ(coordination->outcome(id).has_value(), commits);
        return gid;
    }

    BranchPool pool{south.open(), 1, 1};
    std::unique_ptr<Coordination> coordination;
    std::unique_ptr<Carrier> carrier;
};

TEST_F(CarrierTest, EndsWhatIsThereAsItWasDecided) {
    leave(true);
    leave(false);
    leave(true);
    carrier->look();
    EXPECT_EQ(south.balance(), 10);
    EXPECT_TRUE(south.prepared().empty());
    const Carried done = carrier->carried();
    EXPECT_EQ(done.committed, 2U);
    EXPECT_EQ(done.rolled_back, 1U);
    EXPECT_EQ(done.left, 0U);
    EXPECT_EQ(done.problem, "");
    EXPECT_TRUE(coordination->open_transactions().empty());
}

TEST_F(CarrierTest, SaysWhatPreventsIt) {
    const std::string gid = leave(true);
    south.hook(fail_once("commit", false, SqlError::Kind::kBusy));
    carrier->look();
    EXPECT_EQ(carrier->carried().left, 1U);
    EXPECT_EQ(carrier->carried().problem, "commit failed");
    EXPECT_EQ(coordination->open_transactions().front().reason, "south: commit failed");
    EXPECT_EQ(south.prepared().front(), gid);
    carrier->look();
    EXPECT_EQ(carrier->carried().left, 0U);
    EXPECT_EQ(carrier->carried().problem, "");
    EXPECT_EQ(carrier->carried().committed, 1U);
}

TEST_F(CarrierTest, AListThatFailsIsAskedForAgain) {
    leave(false);
    south.hook(fail_once("list", false));
    carrier->look();
    EXPECT_EQ(carrier->carried().problem, "list failed");
    EXPECT_EQ(south.prepared().size(), 1U);
    carrier->look();
    EXPECT_TRUE(south.prepared().empty());
    EXPECT_EQ(carrier->carried().problem, "");
}

TEST_F(CarrierTest, ADatabaseThatIsAwayLeavesItForLater) {
    leave(true);
    south.go_away(true);
    carrier->look();
    EXPECT_EQ(carrier->carried().problem, "the bank is away");
    EXPECT_EQ(recorded_in(rig.log, "points")->decisions.size(), 1U) << "the decision is kept";
    south.go_away(false);
    carrier->look();
    EXPECT_EQ(south.balance(), 5);
    EXPECT_TRUE(recorded_in(rig.log, "points")->decisions.empty());
}

TEST_F(CarrierTest, RunsUntilItIsToldToEnd) {
    std::jthread thread{[&](const std::stop_token& stop) { carrier->run(stop, Milliseconds{20}); }};
    leave(true);
    leave(false);
    while (!south.prepared().empty()) std::this_thread::yield();
    EXPECT_EQ(south.balance(), 5);
    south.leave_prepared("sluice/points/1/1/0", 1);
    while (!south.prepared().empty()) std::this_thread::yield();
    EXPECT_EQ(south.balance(), 5) << "of an epoch that is over, and not decided";
    thread.request_stop();
    thread.join();
    south.leave_prepared("sluice/points/1/2/0", 1);
    EXPECT_EQ(south.prepared().size(), 1U);
}

}  // namespace
}  // namespace sluice::transact::test
