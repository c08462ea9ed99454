// What a run tells: programs the same keys every time, people the same lines.
#include "commerce/run/summary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using Json = nlohmann::json;

oracle::Comparison comparison(std::uint64_t wrong_entries) {
    oracle::TableComparison heads;
    heads.service = "order";
    heads.table = "order_head";
    heads.expected = heads.found = 60;
    oracle::TableComparison entries;
    entries.service = "sales";
    entries.table = "sales_entry";
    entries.expected = entries.found = 300;
    entries.unequal = wrong_entries;
    if (wrong_entries > 0) entries.samples = {"unequal policy='order' amount=7 (expected 8)"};
    return {{heads, entries}};
}

/// A different number in every place, so that none can stand in for another.
RunSummary filled() {
    RunSummary summary;
    summary.input.orders = 60;
    summary.input.stepwise_cancellations = 61;
    summary.input.discounted_orders = 62;
    summary.input.returns = 63;
    summary.early = {200, 20, 400, 100};
    summary.events = 500;
    summary.deliveries = 512;
    summary.restarts = 4;
    summary.sluice.released = 500;
    summary.sluice.delivered = 3'000;
    summary.sluice.waited = 70;
    summary.sluice.waiting_max = 71;
    summary.sluice.waiting_now = 72;
    summary.sluice.duplicates = 12;
    summary.sluice.conflicts = 0;
    summary.sluice.late = 73;
    summary.sluice.aside = 74;
    summary.sluice.repartitioned = 75;
    summary.sluice.sweeps = 76;
    summary.plain = {2'900, 77, 78};
    summary.seconds = 2;
    summary.oracle = comparison(0);
    return summary;
}

TEST(RunJson, HasEveryKeyThatProgramsAreToldOf) {
    const Json json = Json::parse(to_json(filled()));
    const std::vector<std::string> promised{
        "orders",
        "events_published",
        "events_delivered",
        "waited",
        "waited_max",
        "duplicates",
        "conflicts",
        "late",
        "parked",
        "repartitioned",
        "early_cancellations",
        "early_deliveries",
        "stepwise_cancellations",
        "discounted_orders",
        "returns",
        "seconds",
        "events_per_second",
        "oracle"};
    for (const std::string& key : promised) EXPECT_TRUE(json.contains(key)) << key;
    for (const char* key : {"tables", "rows", "differences", "rows_differing_by_table"})
        EXPECT_TRUE(json.at("oracle").contains(key)) << key;
}

TEST(RunJson, EveryKeyHasItsOwnFigure) {
    EXPECT_EQ(Json::parse(to_json(filled())), Json::parse(R"({
            "orders": 60, "unordered": false, "events_published": 512, "events": 500,
            "events_delivered": 3000, "waited": 70, "waited_max": 71, "waiting": 72,
            "duplicates": 12, "conflicts": 0, "late": 73, "aside": 74, "parked": 0, "given_up": 78,
            "repartitioned": 75, "sweeps": 76, "restarts": 4, "early_cancellations": 20,
            "early_cancellations_share": 0.1, "early_deliveries": 100,
            "early_deliveries_share": 0.25, "stepwise_cancellations": 61, "discounted_orders": 62,
            "returns": 63, "seconds": 2.0, "events_per_second": 256.0,
            "oracle": {"tables": 2, "rows": 360, "differences": 0,
                       "rows_differing_by_table": {"order_head": 0, "sales_entry": 0}}})"));
}

TEST(RunJson, IsOneLine) {
    EXPECT_EQ(to_json(filled()).find('\n'), std::string::npos);
    EXPECT_EQ(to_json(comparison(3)).find('\n'), std::string::npos);
}

TEST(RunJson, OfPlainConsumersTellsWhatTheyDid) {
    RunSummary summary = filled();
    summary.unordered = true;
    summary.oracle = comparison(9);
    const Json json = Json::parse(to_json(summary));
    EXPECT_EQ(json.at("unordered"), true);
    EXPECT_EQ(json.at("events_delivered"), 2'900);
    EXPECT_EQ(json.at("duplicates"), 77);
    EXPECT_EQ(json.at("given_up"), 78);
    EXPECT_EQ(json.at("oracle").at("differences"), 9);
    EXPECT_EQ(
        json.at("oracle").at("rows_differing_by_table"),
        (Json{{"order_head", 0}, {"sales_entry", 9}})
    );
}

TEST(RunJson, NothingDoneInNoTimeIsNoDivision) {
    const Json json = Json::parse(to_json(RunSummary{}));
    EXPECT_EQ(json.at("events_per_second"), 0.0);
    EXPECT_EQ(json.at("early_deliveries_share"), 0.0);
    EXPECT_FALSE(json.contains("oracle"));
}

TEST(RunJson, OfTheOracleAloneIsItsPartOfTheWhole) {
    RunSummary summary = filled();
    summary.oracle = comparison(3);
    EXPECT_EQ(Json::parse(to_json(comparison(3))), Json::parse(to_json(summary)).at("oracle"));
}

TEST(RunIsGood, OnlyIfNothingDiffersIsParkedOrInConflict) {
    EXPECT_TRUE(filled().good());
    RunSummary differs = filled();
    differs.oracle = comparison(1);
    EXPECT_FALSE(differs.good());
    RunSummary parked = filled();
    parked.sluice.parked_now = 1;
    EXPECT_FALSE(parked.good());
    RunSummary conflict = filled();
    conflict.sluice.conflicts = 1;
    EXPECT_FALSE(conflict.good());
    RunSummary unchecked = filled();
    unchecked.oracle.reset();
    EXPECT_TRUE(unchecked.good());
}

/// The value behind a line's name.
std::string line(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("  " + name + " ");
    if (at == std::string::npos) return "no such line";
    const std::string rest =
        text.substr(at + 2 + name.size(), text.find('\n', at) - at - 2 - name.size());
    return rest.substr(rest.find_first_not_of(' '));
}

TEST(RunText, SaysWhatMatters) {
    const std::string text = to_text(filled());
    EXPECT_TRUE(text.starts_with("Sluice\n"));
    EXPECT_EQ(line(text, "orders"), "60");
    EXPECT_EQ(line(text, "events published"), "512 (12 of them doubled)");
    EXPECT_EQ(line(text, "cancellations before what they follow"), "20 of 200 (10.0 %)");
    EXPECT_EQ(line(text, "deliveries before what they follow"), "100 of 400 (25.0 %)");
    EXPECT_EQ(line(text, "events put in order after waiting"), "70 (at most 71 at a time)");
    EXPECT_EQ(line(text, "duplicates dropped"), "12");
    EXPECT_EQ(line(text, "parked, conflicting, still waiting"), "0, 0, 72");
    EXPECT_EQ(line(text, "time"), "2.0 s, 256 events/s");
    EXPECT_EQ(line(text, "oracle"), "2 tables, 360 rows, 0 differ");
}

TEST(RunText, OfPlainConsumersSaysWhatTheyGaveUp) {
    RunSummary summary = filled();
    summary.unordered = true;
    summary.oracle = comparison(9);
    const std::string text = to_text(summary);
    EXPECT_TRUE(text.starts_with("Plain consumers, one per topic\n"));
    EXPECT_EQ(line(text, "events given up"), "78");
    EXPECT_EQ(line(text, "oracle"), "9 of 360 rows differ");
    EXPECT_EQ(line(text, "parked, conflicting, still waiting"), "no such line");
}

TEST(RunText, OfDifferencesNamesTableAndRow) {
    EXPECT_EQ(
        to_text(comparison(1)),
        "2 tables, 360 rows, 1 differ\n"
        "  sales_entry             1 rows differ\n"
        "    unequal policy='order' amount=7 (expected 8)"
    );
}

TEST(RunText, SideBySideHasALinePerTable) {
    RunSummary plain = filled();
    plain.oracle = comparison(9);
    EXPECT_EQ(
        side_by_side(filled(), plain),
        "table                           rows   wrong, Sluice   wrong, plain topics\n"
        "order_head                        60               0                     0\n"
        "sales_entry                      300               0                     9\n"
    );
    plain.oracle.reset();
    const std::string header = side_by_side(filled(), plain);
    EXPECT_EQ(std::count(header.begin(), header.end(), '\n'), 1);
}

}  // namespace
}  // namespace sluice::commerce
