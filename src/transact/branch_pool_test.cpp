#include "transact/branch_pool.hpp"

#include "transact/fake_bank_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::transact::test {
namespace {

class BranchPoolTest : public ::testing::Test {
protected:
    FakeBank bank;
    BranchPool pool{bank.open(), 2, 10};
};

TEST_F(BranchPoolTest, KeepsWhatIsGivenBack) {
    for (int use = 0; use < 3; ++use) {
        auto session = pool.take();
        ASSERT_TRUE(session.has_value());
        session.value()->begin("g").execute("add", {std::int64_t{1}});
        session.value()->prepare();
        EXPECT_TRUE(session.value()->commit_prepared("g"));
        pool.give_back(std::move(session).value());
    }
    EXPECT_EQ(bank.opened(), 1);
    EXPECT_EQ(bank.balance(), 3);
}

TEST_F(BranchPoolTest, NoMoreThanItMayKeep) {
    std::vector<std::unique_ptr<store::BranchSession>> out;
    for (int one = 0; one < 3; ++one) out.push_back(pool.take().value());
    EXPECT_EQ(bank.opened(), 3) << "how many are out is not the pool's to say";
    for (auto& session : out) pool.give_back(std::move(session));
    for (int one = 0; one < 3; ++one) out[static_cast<std::size_t>(one)] = pool.take().value();
    EXPECT_EQ(bank.opened(), 4);
}

TEST_F(BranchPoolTest, NotWhatIsOfNoUse) {
    auto open = pool.take().value();
    open->begin("g");
    pool.give_back(std::move(open));
    auto lost = pool.take().value();
    bank.go_away(true);
    bank.go_away(false);
    pool.give_back(std::move(lost));
    pool.give_back(nullptr);
    EXPECT_TRUE(pool.take().has_value());
    EXPECT_EQ(bank.opened(), 3);
}

TEST_F(BranchPoolTest, WithOneTheOthersAreLost) {
    auto first = pool.take().value();
    auto second = pool.take().value();
    pool.give_back(std::move(first));
    pool.give_back(std::move(second));
    EXPECT_TRUE(pool.take_new().has_value());
    EXPECT_EQ(bank.opened(), 3);
    EXPECT_TRUE(pool.take().has_value());
    EXPECT_EQ(bank.opened(), 4) << "none was kept";
}

TEST_F(BranchPoolTest, SaysWhyThereIsNone) {
    bank.go_away(true);
    EXPECT_EQ(pool.take().error().message, "the bank is away");
    bank.go_away(false);
    bank.allow(9);
    const auto unfit = pool.take();
    EXPECT_EQ(unfit.error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(unfit.error().message, "it can prepare too few");
}

}  // namespace
}  // namespace sluice::transact::test
