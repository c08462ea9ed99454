#include "daemon/subscriptions/catalog.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

Change creation(const std::string& name, int content = 0) {
    Change change;
    change.name = name;
    change.domain = "shop";
    change.definition = {{"name", name}, {"content", content}};
    return change;
}

Change about(ChangeAct act, const std::string& name, std::uint64_t revision, int content = 0) {
    Change change = creation(name, content);
    change.act = act;
    change.revision = revision;
    return change;
}

TEST(Catalog, AChangeCountsIfItIsAboutWhatIsThere) {
    Catalog catalog;
    ASSERT_TRUE(catalog.apply(Offset{0}, creation("a", 1)));
    ASSERT_TRUE(catalog.apply(Offset{3}, about(ChangeAct::kReplace, "a", 1, 2)));
    EXPECT_EQ(catalog.find("a")->definition["content"], 2);
    EXPECT_EQ(catalog.find("a")->revision, 4U);
    EXPECT_EQ(catalog.find("a")->life, 1U);
    const Status late = catalog.apply(Offset{4}, about(ChangeAct::kReplace, "a", 1, 3));
    EXPECT_EQ(late.error().code, ErrorCode::kConflict);
    EXPECT_EQ(
        catalog.apply(Offset{5}, about(ChangeAct::kDelete, "a", 1)).error().code,
        ErrorCode::kConflict
    );
    EXPECT_EQ(catalog.find("a")->definition["content"], 2);
    ASSERT_TRUE(catalog.apply(Offset{6}, about(ChangeAct::kDelete, "a", 4)));
    EXPECT_EQ(catalog.find("a"), nullptr);
    EXPECT_EQ(catalog.ended().at("a").life, 1U);
    EXPECT_EQ(
        catalog.apply(Offset{7}, about(ChangeAct::kReplace, "a", 4)).error().code,
        ErrorCode::kNotFound
    );
}

TEST(Catalog, OfTwoWhoWantANameTheFirstHasIt) {
    Catalog catalog;
    ASSERT_TRUE(catalog.apply(Offset{0}, creation("a", 1)));
    EXPECT_EQ(catalog.apply(Offset{1}, creation("a", 2)).error().code, ErrorCode::kAlreadyExists);
    EXPECT_EQ(catalog.find("a")->definition["content"], 1);
}

TEST(Catalog, ANameThatIsTakenAgainHasAnotherLife) {
    Catalog catalog;
    ASSERT_TRUE(catalog.apply(Offset{0}, creation("a")));
    ASSERT_TRUE(catalog.apply(Offset{1}, about(ChangeAct::kDelete, "a", 1)));
    ASSERT_TRUE(catalog.apply(Offset{2}, creation("a")));
    EXPECT_GT(catalog.find("a")->life, catalog.ended().at("a").life);
}

TEST(Catalog, HasALimit) {
    Catalog catalog;
    std::int64_t at = 0;
    for (std::size_t i = 0; i < Catalog::kSubscriptionsMax; ++i) {
        ASSERT_TRUE(catalog.apply(Offset{at++}, creation(fmt::format("s{}", i))));
    }
    EXPECT_EQ(catalog.apply(Offset{at++}, creation("more")).error().code, ErrorCode::kConflict);
    ASSERT_TRUE(catalog.apply(Offset{at++}, about(ChangeAct::kDelete, "s0", 1)));
    EXPECT_TRUE(catalog.apply(Offset{at}, creation("more")));
}

/// What is there, as a few lines say it: name, content, revision, life.
struct Reference {
    struct One {
        int content;
        std::uint64_t revision;
        std::uint64_t life;
    };

    std::map<std::string, One> all;

    bool apply(std::int64_t at, const Change& change, int content) {
        const auto next = static_cast<std::uint64_t>(at) + 1;
        const auto found = all.find(change.name);
        if (change.act == ChangeAct::kCreate) {
            return all.emplace(change.name, One{content, next, next}).second;
        }
        if (found == all.end() || found->second.revision != change.revision) return false;
        if (change.act == ChangeAct::kDelete) {
            all.erase(found);
        } else {
            found->second = {content, next, found->second.life};
        }
        return true;
    }
};

/// Writers who have looked at some earlier moment, folded by two who begin at different times and
/// read what was stored.
TEST(CatalogModel, WhoeverFoldsTheSameRecordsHasTheSameAndItIsTheReferences) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto below = [&random](std::uint64_t most) { return random() % most; };
    for (int round = 0; round < 200; ++round) {
        Catalog early;
        Reference reference;
        std::vector<std::pair<Offset, Record>> stored;
        std::int64_t at = 0;
        int counted = 0;
        for (int step = 0; step < 60; ++step) {
            const std::string name{static_cast<char>('a' + below(4))};
            const auto known = reference.all.find(name);
            const std::uint64_t seen = known == reference.all.end() ? below(20)
                                       : below(5) == 0              ? below(60)
                                                                    : known->second.revision;
            const int content = static_cast<int>(below(1'000));
            Change change = about(static_cast<ChangeAct>(below(3)), name, seen, content);
            if (change.act == ChangeAct::kCreate) change.revision = 0;
            at += 1 + static_cast<std::int64_t>(below(3));  // transactions leave holes on Kafka
            stored.emplace_back(Offset{at}, encode_change(change));
            const Status answer = early.apply(Offset{at}, change);
            ASSERT_EQ(answer.has_value(), reference.apply(at, change, content)) << step;
            counted += answer.has_value() ? 1 : 0;
        }
        ASSERT_GT(counted, 5);
        Catalog late;
        for (const auto& [offset, record] : stored) {
            const auto change = decode_change(record);
            ASSERT_TRUE(change);
            static_cast<void>(late.apply(offset, change.value()));
        }
        ASSERT_EQ(late.entries().size(), reference.all.size());
        for (const auto& [name, one] : reference.all) {
            for (const Catalog* catalog : {&early, &late}) {
                const Catalog::Entry* entry = catalog->find(name);
                ASSERT_NE(entry, nullptr);
                ASSERT_EQ(entry->definition["content"], one.content);
                ASSERT_EQ(entry->revision, one.revision);
                ASSERT_EQ(entry->life, one.life);
            }
        }
        for (const auto& [name, ended] : early.ended()) {
            ASSERT_EQ(late.ended().at(name).life, ended.life);
            const auto alive = reference.all.find(name);
            ASSERT_TRUE(alive == reference.all.end() || alive->second.life > ended.life);
        }
    }
}

}  // namespace
}  // namespace sluice::daemon
