#include "store/generation_book.hpp"

#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

namespace sluice::store {
namespace {

using rebuild::Generations;
using rebuild::Phase;
using State = RebuildOutcome::State;

class GenerationBookTest : public testing::Test {
protected:
    GenerationBook make(const std::string& first = "sales") {
        auto made = GenerationBook::make(file_, first, Instant{1'000});
        EXPECT_TRUE(made.has_value()) << made.error().message;
        return std::move(made).value();
    }

    static RebuildWish begin(const std::string& into) {
        RebuildWish wish;
        wish.into = into;
        wish.since = "2026-01-01T00:00:00Z";
        wish.effective = "2026-02-01";
        wish.events_per_second_max = 500;
        wish.by = "ada";
        wish.reason = "the policy changes";
        return wish;
    }

    test::TempDir directory_;
    std::string file_{directory_.file("sales.sqlite")};
};

TEST_F(GenerationBookTest, BeginsWithOneThatIsLive) {
    const GenerationBook book = make();
    const auto all = book.all();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].name, "sales");
    EXPECT_EQ(all[0].phase, "live");
    EXPECT_EQ(all[0].file, file_);
    EXPECT_EQ(book.generations().value().all(), Generations{"sales"}.all());
    EXPECT_EQ(make().all(), all) << "making it again changes nothing";
}

TEST_F(GenerationBookTest, WishesAreAnsweredInTheirOrder) {
    GenerationBook book = make();
    EXPECT_FALSE(book.next_wish().has_value());
    const auto first = book.ask(begin("sales2"), Instant{2'000});
    const auto second = book.ask(begin("sales3"), Instant{3'000});
    EXPECT_LT(first, second);
    const auto wish = book.next_wish();
    ASSERT_TRUE(wish.has_value());
    EXPECT_EQ(wish->number, first);
    EXPECT_EQ(wish->what.into, "sales2");
    EXPECT_EQ(wish->what.since, "2026-01-01T00:00:00Z");
    EXPECT_EQ(wish->what.effective, "2026-02-01");
    EXPECT_EQ(wish->what.events_per_second_max, 500U);
    EXPECT_EQ(wish->what.by, "ada");
    EXPECT_EQ(wish->what.reason, "the policy changes");
    EXPECT_EQ(book.outcome(first)->state, State::kPending);
    EXPECT_FALSE(book.outcome(99).has_value());
    Generations next{"sales"};
    ASSERT_TRUE(next.begin("sales2"));
    book.settle(next, wish, {State::kDone, "it fills"}, Instant{4'000});
    EXPECT_EQ(book.outcome(first), (RebuildOutcome{State::kDone, "it fills"}));
    EXPECT_EQ(book.next_wish()->number, second);
}

TEST_F(GenerationBookTest, WhatIsSettledIsThereForTheNextProcess) {
    {
        GenerationBook book = make();
        static_cast<void>(book.ask(begin("sales2"), Instant{2'000}));
        Generations next{"sales"};
        ASSERT_TRUE(next.begin("sales2"));
        book.settle(next, book.next_wish(), {State::kDone, ""}, Instant{3'000});
        ASSERT_TRUE(next.filled("sales2"));
        ASSERT_TRUE(next.switch_to("sales2"));
        book.settle(next, std::nullopt, {}, Instant{4'000});
        book.note("sales2", {70, 5, 10, Milliseconds{500}}, 2, Instant{5'000});
    }
    auto opened = GenerationBook::open(file_);
    ASSERT_TRUE(opened.has_value());
    const auto all = opened.value().all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].phase, "kept");
    EXPECT_EQ(all[1].name, "sales2");
    EXPECT_EQ(all[1].phase, "live");
    EXPECT_EQ(all[1].file, directory_.file("sales@sales2.sqlite"));
    EXPECT_EQ(all[1].effective, "2026-02-01");
    EXPECT_EQ(all[1].read, 70U);
    EXPECT_EQ(all[1].left, 5U);
    EXPECT_EQ(all[1].time_left, Milliseconds{500});
    EXPECT_EQ(all[1].parked, 2U);
    EXPECT_EQ(opened.value().generations().value().live().name, "sales2");
}

TEST_F(GenerationBookTest, ComparisonsAreKeptTableByTable) {
    GenerationBook book = make();
    const std::vector<TableDifference> found{
        {"a", 3, 4, 1, 2, {{"amount", 10, 12}, {"units", 3, 4}}}, {"b", 5, 5, 0, 0, {}}};
    book.put_comparison(7, found);
    EXPECT_EQ(book.comparison(7), found);
    book.put_comparison(7, found);
    EXPECT_EQ(book.comparison(7), found) << "once more, after a crash";
    EXPECT_TRUE(book.comparison(8).empty());
}

TEST_F(GenerationBookTest, ABookIsOneServices) {
    static_cast<void>(make());
    const auto other = GenerationBook::make(file_, "accounting", Instant{1'000});
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(other.error().message.find("book of sales and not of accounting"), std::string::npos)
        << other.error().message;
}

TEST_F(GenerationBookTest, WhereThereIsNoneNoneIsMade) {
    const auto opened = GenerationBook::open(file_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(std::filesystem::exists(GenerationBook::path_of(file_)));
}

}  // namespace
}  // namespace sluice::store
