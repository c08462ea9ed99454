// The inbox at its edges: what it takes over at a switch, names of any script, numbers at their
// ends, transactions that fail, two owners.

#include "base/hash.hpp"
#include "base/test_seed.hpp"
#include "store/connect/database_fixture.hpp"
#include "store/inbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <random>

namespace sluice::store {
namespace {

using Answer = Inbox::Answer;

class InboxLimits : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        session_ = open();
        Inbox::create(*session_);
    }

    Answer advance(const Inbox& inbox, const std::string& subject, std::uint64_t to) {
        return inbox.advance(*session_, subject, Position{to}, to * 11, Instant{5});
    }

    std::uint64_t last(const Inbox& inbox, const std::string& subject) {
        const auto row = inbox.read(*session_, subject);
        return row ? row->last.value : 0;
    }

    std::unique_ptr<Session> session_;
    Inbox old_{"order", "sales"};
    Inbox new_{"order", "sales-2"};
};

TEST_P(InboxLimits, SubjectsAreToldApartByteForByte) {
    std::vector<std::string> subjects{
        "17",
        "17 ",
        " 17",
        "１７",
        "주문",
        "É",
        "e\xCC\x81",
        "É ",
        "a",
        "A",
        "ä",
        "Straße",
        "Strasse",
        ""};
    // PostgreSQL keeps it in no text; no event has such a subject.
    if (!is_postgres()) subjects.emplace_back("a\0b", 3);
    for (const std::string& subject : subjects) {
        EXPECT_EQ(advance(old_, subject, 1), Answer::kFirst) << subject;
    }
    for (const std::string& subject : subjects) {
        EXPECT_EQ(advance(old_, subject, 1), Answer::kDuplicate) << subject;
    }
}

TEST_P(InboxLimits, PositionsUpToTheLargestThatSqlKnows) {
    const auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(advance(old_, "17", largest - 1), Answer::kFirst);
    EXPECT_EQ(advance(old_, "17", largest), Answer::kFirst);
    EXPECT_EQ(advance(old_, "17", largest), Answer::kDuplicate);
    EXPECT_EQ(advance(old_, "17", 1), Answer::kDuplicate);
    EXPECT_EQ(last(old_, "17"), largest);
}

TEST_P(InboxLimits, HashesOfAnyBitsAreCompared) {
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

TEST_P(InboxLimits, TheRowSaysWhenItMoved) {
    static_cast<void>(old_.advance(*session_, "17", Position{1}, 1, Instant{100}));
    static_cast<void>(old_.advance(*session_, "17", Position{1}, 1, Instant{200}));
    const auto row = session_->query("select updated_at from sluice_inbox").front();
    EXPECT_EQ(row.integer(0), 100) << "a duplicate moves nothing";
}

TEST_P(InboxLimits, ASavepointTakesItsRowsBackAndNoOthers) {
    session_->begin();
    static_cast<void>(advance(old_, "17", 1));
    session_->savepoint();
    static_cast<void>(advance(old_, "17", 2));
    session_->rollback_to_savepoint();
    session_->commit();
    EXPECT_EQ(last(old_, "17"), 1U);
    EXPECT_EQ(advance(old_, "17", 2), Answer::kFirst);
}

TEST_P(InboxLimits, InheritingIsUpwardsOnlyAndOfOneDomainAndSubscription) {
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

TEST_P(InboxLimits, InheritedRowsKnowTheLastEvent) {
    static_cast<void>(advance(old_, "17", 3));
    static_cast<void>(new_.inherit(*session_, "sales", Instant{9}));
    EXPECT_EQ(new_.advance(*session_, "17", Position{3}, 33, Instant{9}), Answer::kDuplicate);
    EXPECT_EQ(new_.advance(*session_, "17", Position{3}, 34, Instant{9}), Answer::kReused);
}

TEST_P(InboxLimits, ASubjectLongerThanAKeyIsTold) {
    const std::size_t most = session_->inbox_sql().subject_bytes_max;
    if (is_sqlite()) {
        EXPECT_EQ(advance(old_, std::string(1'000'000, 'x'), 1), Answer::kFirst);
        return;
    }
    const std::string name(64, 'n');
    const Inbox longest{name, name + "/effects"};
    std::string incompressible;
    while (incompressible.size() < most) {
        incompressible += std::to_string(hash64({std::to_string(incompressible.size())}));
    }
    incompressible.resize(most);
    EXPECT_EQ(advance(longest, incompressible, 1), Answer::kFirst);
    EXPECT_EQ(advance(longest, incompressible, 1), Answer::kDuplicate);
    EXPECT_EQ(advance(longest, incompressible + "x", 1), Answer::kTooLong);
    EXPECT_EQ(advance(old_, "17", 1), Answer::kFirst) << "nothing is the worse for it";
}

/// Keys of bytes, and values that come as text: MySQL could read every row for that.
TEST_P(InboxLimits, ARowIsFoundByItsKey) {
    if (!is_mysql()) GTEST_SKIP() << "keys and values are of one type";
    for (int subject = 0; subject < 100; ++subject) {
        static_cast<void>(advance(old_, std::to_string(subject), 1));
    }
    const auto found = session_->query(
        "explain " + std::string{session_->inbox_sql().read},
        {std::string{"order"}, std::string{"sales"}, std::string{"17"}}
    );
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().text(3), "const");
    EXPECT_EQ(found.front().text(8), "1") << "rows that it expects to read";
}

TEST_P(InboxLimits, WithoutItsTableItIsToldNotGuessed) {
    session_->run_script("drop table sluice_inbox");
    EXPECT_THROW(static_cast<void>(advance(old_, "17", 1)), SqlError);
    EXPECT_THROW(static_cast<void>(old_.read(*session_, "17")), SqlError);
    Inbox::create(*session_);
    EXPECT_EQ(advance(old_, "17", 1), Answer::kFirst);
}

/// Owners that come and go, each in transactions that may be rolled back: every position of every
/// subject is taken by one committed transaction, in order, whoever tries.
TEST_P(InboxLimits, ModelOwnersThatOverlapTakeEachPositionOnce) {
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

INSTANTIATE_TEST_SUITE_P(On, InboxLimits, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
