#include "store/table_compare.hpp"

#include "base/test_seed.hpp"
#include "store/inbox.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sluice::store {
namespace {

constexpr std::string_view kDays =
    "create table day (booked_on text primary key, units integer not null, amount integer)";

class TableCompareTest : public testing::Test {
protected:
    TableCompareTest() {
        for (Session* one : {live_.get(), other_.get()}) Inbox::create(*one);
    }

    std::unique_ptr<Session> open(const std::string& name) const {
        return SqliteDatabase{{directory_.file(name)}}.open_session().value();
    }

    TwoModels take() const {
        auto taken = TwoModels::take(directory_.file("live.sqlite"), directory_.file("o.sqlite"));
        EXPECT_TRUE(taken.has_value()) << taken.error().message;
        return std::move(taken).value();
    }

    void both(std::string_view script) {
        live_->run_script(script);
        other_->run_script(script);
    }

    std::string inbox(Session& of, const std::string& subscription) const {
        std::string text;
        for (const SqlRow& row : of.query(
                 "select subject, last_position from sluice_inbox where subscription = ? order by "
                 "1",
                 {subscription}
             )) {
            text += row.text(0) + std::to_string(row.integer(1)) + " ";
        }
        return text;
    }

    static void advance(
        Session& in, const std::string& name, const std::string& s, std::uint64_t to
    ) {
        static_cast<void>(Inbox{"shop", name}.advance(in, s, Position{to}, to, Instant{1}));
    }

    test::TempDir directory_;
    std::unique_ptr<Session> live_{open("live.sqlite")};
    std::unique_ptr<Session> other_{open("o.sqlite")};
};

TEST_F(TableCompareTest, CountsRowsThatDifferAndSums) {
    both(kDays);
    live_->run_script("insert into day values ('2024-01-01', 1, 10), ('2024-01-02', 2, 20)");
    other_->run_script(
        "insert into day values ('2024-01-01', 1, 10), ('2024-01-02', 2, 25), "
        "('2024-01-03', 1, null)"
    );
    const auto found = take().compare();
    ASSERT_EQ(found.size(), 1U) << "neither the inbox nor what is SQLite's own";
    EXPECT_EQ(
        found[0], (TableDifference{"day", 2, 3, 1, 2, {{"units", 3, 4}, {"amount", 30, 35}}})
    );
}

TEST_F(TableCompareTest, ViewsAreComparedAndPrivateTablesAreNot) {
    both("create table _own (n integer); create view total as select sum(n) as n from _own");
    live_->run_script("insert into _own values (1), (2)");
    other_->run_script("insert into _own values (3)");
    const auto found = take().compare();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].table, "total");
    EXPECT_EQ(found[0].only_live + found[0].only_other, 0U);
}

TEST_F(TableCompareTest, OtherColumnsDifferInEveryRow) {
    live_->run_script("create table t (a integer); insert into t values (1), (2)");
    other_->run_script("create table t (b integer); insert into t values (1)");
    const auto found = take().compare();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0], (TableDifference{"t", 2, 1, 2, 1, {}}));
}

TEST_F(TableCompareTest, WhatIsWrittenAfterwardsIsNotSeen) {
    both(kDays);
    TwoModels models = take();
    live_->run_script("insert into day values ('2024-01-01', 1, 10)");
    other_->run_script("insert into day values ('2024-01-02', 1, 10)");
    EXPECT_EQ(models.compare()[0], (TableDifference{"day", 0, 0, 0, 0, {}}));
    EXPECT_EQ(take().compare()[0].only_live, 1U);
}

TEST_F(TableCompareTest, WhatIsClosedIsHeldByDay) {
    both(kDays);
    both("insert into day values ('2024-01-31', 1, 10)");
    live_->run_script("insert into day values ('2024-02-01', 1, 10)");
    EXPECT_EQ(take().moved_before("day", "booked_on", "2024-02-01"), 0U);
    EXPECT_EQ(take().moved_before("day", "booked_on", "2024-02-02"), 1U);
    other_->run_script("update day set amount = 11 where booked_on = '2024-01-31'");
    EXPECT_EQ(take().moved_before("day", "booked_on", "2024-02-01"), 2U) << "gone, and new";
}

TEST_F(TableCompareTest, WhoIsAheadIsNamed) {
    advance(*live_, "sales", "a", 3);
    advance(*other_, "sales2", "a", 3);
    advance(*live_, "sales", "b", 2);
    advance(*other_, "sales2", "b", 4);
    advance(*other_, "sales2", "c", 1);
    EXPECT_EQ(take().ahead("sales", "sales2", 5), (std::vector<std::string>{"b", "c"}));
    EXPECT_EQ(take().ahead("sales", "sales2", 1).size(), 1U);
}

/// Whatever was acted on by whom, and however often it is copied: afterwards nobody is below what
/// any of the givers had, and nothing has gone down.
TEST_F(TableCompareTest, InboxesAreInheritedUpwardsOnly) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::uint64_t> wanted;
    for (int round = 0; round < 60; ++round) {
        const std::string subject(1, static_cast<char>('a' + random() % 6));
        const std::uint64_t to = random() % 50 + 1;
        const std::string who = random() % 2 == 0 ? "old" : "old/effects";
        advance(*live_, who, subject, to);
        if (random() % 3 == 0) advance(*other_, "new/effects", subject, to / 2 + 1);
        if (random() % 3 == 0) {
            wanted[subject] = std::max(wanted[subject], to / 2 + 1);
            advance(*other_, "new/effects", subject, to / 2 + 1);
        }
        const auto moved = inherit_inbox(
            {directory_.file("live.sqlite"), {"old", "old/effects"}},
            directory_.file("o.sqlite"),
            "new/effects",
            Instant{2}
        );
        ASSERT_TRUE(moved.has_value()) << moved.error().message;
        for (const std::string giver : {"old", "old/effects"}) {
            for (char letter = 'a'; letter < 'g'; ++letter) {
                const std::string one(1, letter);
                const auto row = Inbox{"shop", giver}.read(*live_, one);
                if (row) wanted[one] = std::max(wanted[one], row->last.value);
            }
        }
        for (const auto& [one, least] : wanted) {
            const auto row = Inbox{"shop", "new/effects"}.read(*other_, one);
            ASSERT_TRUE(row.has_value()) << one;
            ASSERT_GE(row->last.value, least) << one;
            wanted[one] = row->last.value;
        }
    }
    EXPECT_EQ(inbox(*other_, "new"), "") << "its own progress is not touched";
}

}  // namespace
}  // namespace sluice::store
