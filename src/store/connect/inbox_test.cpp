#include "store/inbox.hpp"

#include "base/test_seed.hpp"
#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::store {
namespace {

class InboxTest : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        session_ = open();
        Inbox::create(*session_);
        Inbox::create(*session_);  // again does no harm
    }

    Inbox::Answer advance(const Inbox& inbox, std::uint64_t to, std::uint64_t hash) {
        return inbox.advance(*session_, "17", Position{to}, hash, Instant{5});
    }

    std::unique_ptr<Session> session_;
    Inbox inbox_{"order", "sales"};
};

TEST_P(InboxTest, OnlyUpwards) {
    EXPECT_EQ(advance(inbox_, 1, 11), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(inbox_, 1, 11), Inbox::Answer::kDuplicate);
    EXPECT_EQ(advance(inbox_, 4, 44), Inbox::Answer::kFirst);  // 2 and 3 are of other types
    EXPECT_EQ(advance(inbox_, 1, 99), Inbox::Answer::kDuplicate);
    EXPECT_EQ(inbox_.read(*session_, "17")->last, Position{4});
    EXPECT_EQ(inbox_.read(*session_, "17")->last_id_hash, 44U);
    EXPECT_FALSE(inbox_.read(*session_, "18").has_value());
}

TEST_P(InboxTest, H3AReusedPositionIsToldApart) {
    EXPECT_EQ(advance(inbox_, 4, 44), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(inbox_, 4, 0xFFFFFFFFFFFFFFFF), Inbox::Answer::kReused);
    EXPECT_EQ(inbox_.read(*session_, "17")->last_id_hash, 44U);
}

TEST_P(InboxTest, H2DomainsAndSubscriptionsDoNotMeet) {
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(Inbox{"member", "sales"}, 1, 2), Inbox::Answer::kFirst);
    EXPECT_EQ(advance(Inbox{"order", "review"}, 1, 3), Inbox::Answer::kFirst);
}

TEST_P(InboxTest, TheRowGoesWithItsTransaction) {
    session_->begin();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    session_->rollback();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
}

TEST_P(InboxTest, TwoOwnersCannotBothSucceed) {
    const auto other = open(at_once());
    session_->begin();
    EXPECT_EQ(advance(inbox_, 1, 1), Inbox::Answer::kFirst);
    const auto refused = failure([&] {
        other->begin();
        static_cast<void>(inbox_.advance(*other, "17", Position{1}, 1, Instant{5}));
    });
    ASSERT_TRUE(refused.has_value()) << "it waits for the lock, here not for long";
    EXPECT_EQ(refused->kind(), SqlError::Kind::kBusy) << refused->what();
    other->rollback();
    session_->commit();
    other->begin();
    const auto answer = inbox_.advance(*other, "17", Position{1}, 1, Instant{5});
    EXPECT_EQ(answer, Inbox::Answer::kDuplicate);
    other->commit();
}

/// The second waits for the first one's row, new or old, and then sees what has become of it.
TEST_P(InboxTest, WhoWaitsForAnotherOwnerSeesWhatHeDid) {
    for (const bool commits : {true, false}) {
        for (const std::uint64_t to : {1ULL, 2ULL}) {
            SCOPED_TRACE(fmt::format("commits {}, to {}", commits, to));
            const std::string subject = commits ? "kept" : "undone";
            const auto other = open();
            session_->begin();
            ASSERT_EQ(
                inbox_.advance(*session_, subject, Position{to}, to, Instant{5}),
                Inbox::Answer::kFirst
            );
            auto answer = std::async(std::launch::async, [&] {
                other->begin();
                const auto given = inbox_.advance(*other, subject, Position{to}, to, Instant{6});
                other->commit();
                return given;
            });
            EXPECT_EQ(answer.wait_for(std::chrono::milliseconds{100}), std::future_status::timeout);
            if (commits)
                session_->commit();
            else
                session_->rollback();
            EXPECT_EQ(answer.get(), commits ? Inbox::Answer::kDuplicate : Inbox::Answer::kFirst);
        }
    }
}

/// Owners that race, each with a session and a thread of its own: every position is taken once.
TEST_P(InboxTest, ModelOwnersThatRaceTakeEachPositionOnce) {
    constexpr std::uint64_t kPositions = 40;
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    session_->run_script("create table effects (subject varchar(64), position bigint)");
    const auto run = [&](std::uint64_t owner) {
        std::mt19937_64 random{seed + owner};
        const auto session = open();
        std::map<std::string, std::uint64_t> next{{"a", 1}, {"b", 1}, {"c", 1}};
        while (!next.empty()) {
            const auto one = std::next(next.begin(), static_cast<long>(random() % next.size()));
            const bool commits = random() % 4 != 0;
            const auto lost = failure([&] {
                session->begin();
                const auto answer = inbox_.advance(
                    *session, one->first, Position{one->second}, one->second, Instant{0}
                );
                if (answer == Inbox::Answer::kFirst) {
                    session->execute(
                        "insert into effects values (?, ?)",
                        {one->first, static_cast<std::int64_t>(one->second)}
                    );
                }
                if (commits) session->commit();
            });
            session->rollback();
            if (lost.has_value()) {
                EXPECT_EQ(lost->kind(), SqlError::Kind::kSerialization) << lost->what();
                continue;
            }
            if (commits && ++one->second > kPositions) next.erase(one);
        }
    };
    std::vector<std::future<void>> owners;
    for (std::uint64_t owner = 0; owner < 4; ++owner) {
        owners.push_back(std::async(std::launch::async, run, owner));
    }
    for (auto& owner : owners) owner.get();
    const auto rows = session_->query(
        "select subject, count(*), count(distinct position), max(position) from effects "
        "group by subject order by subject"
    );
    ASSERT_EQ(rows.size(), 3U);
    for (const SqlRow& row : rows) {
        EXPECT_EQ(row.integer(1), static_cast<std::int64_t>(kPositions)) << row.text(0);
        EXPECT_EQ(row.integer(2), static_cast<std::int64_t>(kPositions)) << row.text(0);
        EXPECT_EQ(row.integer(3), static_cast<std::int64_t>(kPositions)) << row.text(0);
    }
}

TEST_P(InboxTest, ModelRandomPositionsAgainstAMap) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> reference;
    session_->begin();
    for (int round = 0; round < (is_sqlite() ? 5'000 : 1'500); ++round) {
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

INSTANTIATE_TEST_SUITE_P(On, InboxTest, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
