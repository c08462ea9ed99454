#include "log/conformance_suite.hpp"

namespace sluice::log::conformance {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr Table kSecond{2, Restore::kChangelog};

StateChange gone(HomeId home, Table table, std::string key) {
    return StateChange{home, table, std::move(key), std::nullopt};
}

TEST_P(LogSteps, TablesHomesAndGroupsDoNotMeet) {
    const auto lease = take("g", {kHome, kOther});
    Step step;
    step.homes = {kHome, kOther};
    step.changes = {
        put(kHome, kTable, "k", "1"), put(kOther, kTable, "k", "2"), put(kHome, kSecond, "k", "3")};
    SLUICE_ASSERT_OK(lease->commit(step));
    const auto other = take("h", {kHome});
    EXPECT_EQ(lease->get(kHome, kTable, "k").value(), "1");
    EXPECT_EQ(lease->get(kOther, kTable, "k").value(), "2");
    EXPECT_EQ(lease->get(kHome, kSecond, "k").value(), "3");
    EXPECT_EQ(lease->get(kOther, kSecond, "k").value(), std::nullopt);
    EXPECT_EQ(other->get(kHome, kTable, "k").value(), std::nullopt);
    EXPECT_EQ(other->scan(kHome, kTable, "", 9).value(), Pairs{});
    EXPECT_EQ(lease->scan(kHome, kTable, "", 9).value(), (Pairs{{"k", "1"}}));
    EXPECT_EQ(log().peek("g", kOther, kTable, "", 9).value(), (Pairs{{"k", "2"}}));
    EXPECT_EQ(log().peek("nobody", kHome, kTable, "", 9).value(), Pairs{});
}

TEST_P(LogSteps, ScansGoInByteOrderAndInPages) {
    const auto lease = take("g", {kHome});
    const std::string high{"\xFF\xFF", 2};
    const std::string zero{"\0", 1};
    Step step;
    step.homes = {kHome};
    for (const std::string& key :
         {std::string{"b"}, high, std::string{""}, zero, std::string{"a"}}) {
        step.changes.push_back(put(kHome, kTable, key, "v" + key));
    }
    step.changes.push_back(put(kHome, kSecond, "", "next table"));
    SLUICE_ASSERT_OK(lease->commit(step));
    const Pairs all{{"", "v"}, {zero, "v" + zero}, {"a", "va"}, {"b", "vb"}, {high, "v" + high}};
    EXPECT_EQ(lease->scan(kHome, kTable, "", 100).value(), all);
    EXPECT_EQ(lease->scan(kHome, kTable, "", 0).value(), Pairs{});
    EXPECT_EQ(lease->scan(kHome, kTable, "", 2).value(), (Pairs{all[0], all[1]}));
    EXPECT_EQ(lease->scan(kHome, kTable, "a", 2).value(), (Pairs{all[2], all[3]}));
    EXPECT_EQ(lease->scan(kHome, kTable, "aa", 100).value(), (Pairs{all[3], all[4]}));
    EXPECT_EQ(lease->scan(kHome, kTable, high + "x", 100).value(), Pairs{});
}

TEST_P(LogSteps, PagesOfAScanAreTheWholeOfIt) {
    const auto lease = take("g", {kHome});
    Step step;
    step.homes = {kHome};
    Pairs all;
    for (int i = 0; i < 100; ++i) all.emplace_back(std::to_string(1'000 + i), std::to_string(i));
    for (const auto& [key, value] : all) step.changes.push_back(put(kHome, kTable, key, value));
    SLUICE_ASSERT_OK(lease->commit(step));
    for (const std::size_t page : {1U, 7U, 99U, 100U, 101U}) {
        Pairs found;
        std::string from;
        for (;;) {
            const auto part = log().peek("g", kHome, kTable, from, page);
            SLUICE_ASSERT_OK(part);
            if (part.value().empty()) break;
            found.insert(found.end(), part.value().begin(), part.value().end());
            from = found.back().first + std::string{'\0'};  // the key next to it
        }
        EXPECT_EQ(found, all) << page;
    }
}

TEST_P(LogSteps, TheLastChangeOfAKeyWins) {
    const auto lease = take("g", {kHome});
    Step step;
    step.homes = {kHome};
    step.changes = {
        put(kHome, kTable, "a", "1"),
        gone(kHome, kTable, "a"),
        put(kHome, kTable, "b", "1"),
        put(kHome, kTable, "b", "2"),
        gone(kHome, kTable, "no"),
        put(kHome, kTable, "c", ""),
    };
    SLUICE_ASSERT_OK(lease->commit(step));
    EXPECT_EQ(lease->scan(kHome, kTable, "", 9).value(), (Pairs{{"b", "2"}, {"c", ""}}));
    step.changes = {gone(kHome, kTable, "b")};
    SLUICE_ASSERT_OK(lease->commit(step));
    EXPECT_EQ(lease->get(kHome, kTable, "b").value(), std::nullopt);
    EXPECT_EQ(lease->get(kHome, kTable, "c").value(), "");
}

}  // namespace

}  // namespace sluice::log::conformance
