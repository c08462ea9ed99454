// The inbox at its edges: what it takes over at a switch, names of any script, numbers at their
// ends, transactions that fail, two owners.

#include "base/hash.hpp"
#include "base/test_seed.hpp"
#include "store/inbox.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <random>

namespace sluice::store {
namespace {

using Answer = Inbox::Answer;

class InboxLimits : public ::testing::Test {
protected:
    void SetUp() override {
        session_ = open();
        Inbox::create(*session_);
    }

    std::unique_ptr<Session> open() {
        auto opened = SqliteDatabase{{dir_.file("read.db"), Milliseconds{0}}}.open_session();
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return std::move(opened.value());
    }

    Answer advance(const Inbox& inbox, const std::string& subject, std::uint64_t to) {
        return inbox.advance(*session_, subject, Position{to}, to * 11, Instant{5});
    }

    std::uint64_t last(const Inbox& inbox, const std::string& subject) {
        const auto row = inbox.read(*session_, subject);
        return row ? row->last.value : 0;
    }

    test::TempDir dir_;
    std::unique_ptr<Session> session_;
    Inbox old_{"order", "sales"};
    Inbox new_{"order", "sales-2"};
};

TEST_F(InboxLimits, SubjectsAreToldApartByteForByte) {
    const std::vector<std::string> subjects{
        "17",
        "17 ",
        " 17",
        "１７",
        "주문",
        "É",
        "e\xCC\x81",
        "É ",
        std::string{"a\0b", 3},
        "a",
        ""};
    for (const std::string& subject : subjects) {
        EXPECT_EQ(advance(old_, subject, 1), Answer::kFirst) << subject;
    }
    for (const std::string& subject : subjects) {
        EXPECT_EQ(advance(old_, subject, 1), Answer::kDuplicate) << subject;
    }
}

TEST_F(InboxLimits, PositionsUpToTheLargestThatSqlKnows) {
    const auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(advance(old_, "17", largest - 1), Answer::kFirst);
    EXPECT_EQ(advance(old_, "17", largest), Answer::kFirst);
    EXPECT_EQ(advance(old_, "17", largest), Answer::kDuplicate);
    EXPECT_EQ(advance(old_, "17", 1), Answer::kDuplicate);
    EXPECT_EQ(last(old_, "17"), largest);
}

TEST_F(InboxLimits, HashesOfAnyBitsAreCompared) {
    for (const std::uint64_t hash : {0ULL, 1ULL, 1ULL << 63U, ~0ULL}) {
        const std::string subject = std::to_string(hash);
        EXPECT_EQ(old_.advance(*session_, subject, Position{1}, hash, Instant{0}), Answer::kFirst);
        EXPECT_EQ(
            old_.advance(*session_, subject, Position{1}, hash, Instant{0}), Answer::kDuplicate
        );
        EXPECT_EQ(
            old_.advance(*session_, subject, Position{1}, ~hash, Instant{0}), Answer::kReused
        );
    }
}

TEST_F(InboxLimits, TheRowSaysWhenItMoved) {
    static_cast<void>(old_.advance(*session_, "17", Position{1}, 1, Instant{100}));
    static_cast<void>(old_.advance(*session_, "17", Position{1}, 1, Instant{200}));
    const auto row = session_->query("select updated_at from sluice_inbox").front();
    EXPECT_EQ(row.integer(0), 100) << "a duplicate moves nothing";
}

TEST_F(InboxLimits, ASavepointTakesItsRowsBackAndNoOthers) {
    session_->begin();
    static_cast<void>(advance(old_, "17", 1));
    session_->savepoint();
    static_cast<void>(advance(old_, "17", 2));
    session_->rollback_to_savepoint();
    session_->commit();
    EXPECT_EQ(last(old_, "17"), 1U);
    EXPECT_EQ(advance(old_, "17", 2), Answer::kFirst);
}

TEST_F(InboxLimits, InheritingIsUpwardsOnlyAndOfOneDomainAndSubscription) {
    static_cast<void>(advance(old_, "behind", 7));
    static_cast<void>(advance(old_, "ahead", 2));
    static_cast<void>(advance(old_, "fresh", 3));
    static_cast<void>(advance(new_, "behind", 4));
    static_cast<void>(advance(new_, "ahead", 5));
    static_cast<void>(advance(Inbox{"member", "sales"}, "member", 9));
    static_cast<void>(advance(Inbox{"order", "review"}, "review", 9));
    EXPECT_EQ(new_.inherit(*session_, "sales", Instant{9}), 2);
    EXPECT_EQ(last(new_, "behind"), 7U);
    EXPECT_EQ(last(new_, "ahead"), 5U);
    EXPECT_EQ(last(new_, "fresh"), 3U);
    EXPECT_EQ(last(new_, "member"), 0U);
    EXPECT_EQ(last(new_, "review"), 0U);
    EXPECT_EQ(last(old_, "behind"), 7U) << "the old rows stay";
    EXPECT_EQ(new_.inherit(*session_, "sales", Instant{9}), 0) << "again does no harm";
    EXPECT_EQ(new_.inherit(*session_, "nobody", Instant{9}), 0);
}

TEST_F(InboxLimits, InheritedRowsKnowTheLastEvent) {
    static_cast<void>(advance(old_, "17", 3));
    static_cast<void>(new_.inherit(*session_, "sales", Instant{9}));
    EXPECT_EQ(new_.advance(*session_, "17", Position{3}, 33, Instant{9}), Answer::kDuplicate);
    EXPECT_EQ(new_.advance(*session_, "17", Position{3}, 34, Instant{9}), Answer::kReused);
}

TEST_F(InboxLimits, WithoutItsTableItIsToldNotGuessed) {
    session_->run_script("drop table sluice_inbox");
    EXPECT_THROW(static_cast<void>(advance(old_, "17", 1)), SqlError);
    EXPECT_THROW(static_cast<void>(old_.read(*session_, "17")), SqlError);
    Inbox::create(*session_);
    EXPECT_EQ(advance(old_, "17", 1), Answer::kFirst);
}

/// Owners that come and go, each in transactions that may be rolled back: every position of every
/// subject is taken by one committed transaction, in order, whoever tries.
TEST_F(InboxLimits, ModelOwnersThatOverlapTakeEachPositionOnce) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::array<std::unique_ptr<Session>, 3> owners{open(), open(), open()};
    std::map<std::string, std::uint64_t> reached;
    std::map<std::pair<std::string, std::uint64_t>, int> effects;
    for (int round = 0; round < 200; ++round) {
        Session& owner = *owners.at(random() % owners.size());
        owner.begin();
        auto reached_then = reached;
        auto effects_then = effects;
        for (auto left = 1 + random() % 5; left > 0; --left) {
            const std::string subject = "s" + std::to_string(random() % 4);
            // Of an owner that lags: events that another one has handled.
            const std::uint64_t behind =
                std::min<std::uint64_t>(random() % 3, reached_then[subject]);
            const std::uint64_t to = reached_then[subject] + 1 - behind;
            const auto answer = old_.advance(
                owner, subject, Position{to}, hash64({subject, std::to_string(to)}), Instant{0}
            );
            ASSERT_EQ(answer, behind == 0 ? Answer::kFirst : Answer::kDuplicate);
            if (answer != Answer::kFirst) continue;
            reached_then[subject] = to;
            ++effects_then[{subject, to}];
        }
        if (random() % 3 == 0) {
            owner.rollback();
            continue;
        }
        owner.commit();
        reached = std::move(reached_then);
        effects = std::move(effects_then);
    }
    for (const auto& [key, times] : effects) ASSERT_EQ(times, 1) << key.first << ' ' << key.second;
    for (const auto& [subject, to] : reached) ASSERT_EQ(last(old_, subject), to);
}

}  // namespace
}  // namespace sluice::store
