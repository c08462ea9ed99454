#include "store/inbox.hpp"

#include "base/test_seed.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::store {
namespace {

class InboxTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = SqliteDatabase{{dir_.file("read.db")}}.open_session();
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        session_ = std::move(opened.value());
        Inbox::create(*session_);
        Inbox::create(*session_);  // again does no harm
    }

    Inbox::Answer advance(const Inbox& inbox, std::uint64_t to, std::uint64_t hash) {
        return inbox.advance(*session_, "17", Position{to}, hash, Instant{5});
    }

    test::TempDir dir_;
    std::unique_ptr<Session> session_;
    Inbox inbox_{"order", "sales"};
};

TEST_F(InboxTest, OnlyUpwards) {
    EXPECT_EQ(advance(inbox_, 1, 11), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(inbox_, 1, 11), Inbox::Answer::kDuplicate);
    EXPECT_EQ(advance(inbox_, 4, 44), Inbox::Answer::kFirst);  // 2 and 3 are of other types
    EXPECT_EQ(advance(inbox_, 1, 99), Inbox::Answer::kDuplicate);
    EXPECT_EQ(inbox_.read(*session_, "17")->last, Position{4});
    EXPECT_EQ(inbox_.read(*session_, "17")->last_id_hash, 44U);
    EXPECT_FALSE(inbox_.read(*session_, "18").has_value());
}

TEST_F(InboxTest, H3AReusedPositionIsToldApart) {
    EXPECT_EQ(advance(inbox_, 4, 44), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(inbox_, 4, 0xFFFFFFFFFFFFFFFF), Inbox::Answer::kReused);
    EXPECT_EQ(inbox_.read(*session_, "17")->last_id_hash, 44U);
}

TEST_F(InboxTest, H2DomainsAndSubscriptionsDoNotMeet) {
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(Inbox{"member", "sales"}, 1, 2), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(Inbox{"order", "review"}, 1, 3), Inbox::Answer::kFirst);
}

TEST_F(InboxTest, TheRowGoesWithItsTransaction) {
    session_->begin();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    session_->rollback();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
}

TEST_F(InboxTest, TwoOwnersCannotBothSucceed) {
    auto other = SqliteDatabase{{dir_.file("read.db"), Milliseconds{0}}}.open_session();
    session_->begin();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    EXPECT_THROW(other.value()->begin(), SqlError);  // waits for the lock, here for no time
    session_->commit();
    other.value()->begin();
    const auto answer = inbox_.advance(*other.value(), "17", Position{1}, 1, Instant{5});
    EXPECT_EQ(answer, Inbox::Answer::kDuplicate);
}

TEST_F(InboxTest, ModelRandomPositionsAgainstAMap) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> reference;
    session_->begin();
    for (int round = 0; round < 5'000; ++round) {
        const std::string subject = std::to_string(random() % 20);
        const std::uint64_t to = 1 + random() % 60;
        const std::uint64_t hash = random() % 2 == 0 ? ~to : to;
        auto& [last, last_hash] = reference[subject];
        auto expected = Inbox::Answer::kDuplicate;
        if (to > last)
            expected = Inbox::Answer::kFirst;
        else if (to == last && hash != last_hash)
            expected = Inbox::Answer::kReused;
        if (to > last) std::tie(last, last_hash) = std::pair{to, hash};
        ASSERT_EQ(inbox_.advance(*session_, subject, Position{to}, hash, Instant{0}), expected);
    }
    session_->commit();
}

}  // namespace
}  // namespace sluice::store
