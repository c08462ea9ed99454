// What the oracle says of a finished run: nothing, or exactly the row and the cent that somebody
// changed.
#include "base/test_seed.hpp"
#include "commerce/oracle/oracle.hpp"
#include "commerce/run/run_fixture.hpp"
#include "store/sqlite_database.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

/// A run that is finished, and its oracle.
struct Finished {
    Finished() {
        const Workspace workspace = test::open_workspace(test::small_run(1, folder.file("state")));
        const auto summary = run_sluice(workspace, test::prepare(workspace), test::quiet());
        EXPECT_TRUE(summary.has_value()) << summary.error().message;
        models = workspace.read_models();
        auto calculated = oracle::Oracle::calculate(
            {.raw = workspace.raw(), .additions = workspace.additions(), .read_models = {}}
        );
        EXPECT_TRUE(calculated.has_value()) << calculated.error().message;
        oracle.emplace(std::move(calculated).value());
    }

    ::sluice::test::TempDir folder;
    std::filesystem::path models;
    std::optional<oracle::Oracle> oracle;
};

/// Made once; each test changes a copy of the read models.
class FinishedRun : public testing::Test {
protected:
    FinishedRun() {
        std::filesystem::copy(finished().models, models_, std::filesystem::copy_options::recursive);
    }

    static Finished& finished() {
        static Finished made;
        return made;
    }

    /// Runs a statement on the service's tables, as if it had gone wrong there.
    std::int64_t spoil(std::string_view service, const std::string& statement) {
        const auto session = open(service);
        return session->execute(statement);
    }

    std::vector<SqlRow> query(std::string_view service, const std::string& text) {
        return open(service)->query(text);
    }

    oracle::Comparison compare() {
        auto comparison = finished().oracle->compare(models_);
        EXPECT_TRUE(comparison.has_value()) << comparison.error().message;
        return std::move(comparison).value();
    }

    ::sluice::test::TempDir folder_;
    std::filesystem::path models_{folder_.file("read-models")};

private:
    std::unique_ptr<store::Session> open(std::string_view service) {
        const std::string file = (models_ / fmt::format("{}.sqlite", service)).string();
        return store::SqliteDatabase{{.path = file}}.open_session().value();
    }
};

/// The column of each table in which an accountant would look for a cent.
const std::map<std::string_view, std::string_view> kMoney{
    {"order_head", "due"},
    {"delivery_parcel", "goods"},
    {"apportionment_unit", "platform"},
    {"apportionment_seller", "captured"},
    {"review_entry", "score"},
    {"review_seller", "score_sum"},
    {"inquiry_act", "refund_due"},
    {"sales_entry", "amount"},
    {"sales_day", "amount"},
    {"ledger_entry", "amount"},
    {"ledger_month", "debit"},
    {"tax_document", "vat"},
    {"settlement_item", "payable"},
    {"settlement_payout", "paid"},
    {"benefits_points", "points"},
    {"benefits_member", "balance"},
    {"benefits_coupon", "amount"},
};

TEST_F(FinishedRun, EqualsTheOracleInEveryTable) {
    const oracle::Comparison comparison = compare();
    EXPECT_EQ(comparison.tables.size(), kMoney.size());
    EXPECT_EQ(comparison.differences(), 0U) << to_text(comparison);
    for (const auto& table : comparison.tables) EXPECT_GT(table.expected, 0U) << table.table;
}

TEST_F(FinishedRun, ACentInOneRowOfAnyTableIsFoundAndNothingElse) {
    for (const oracle::ReadModel& model : oracle::read_models()) {
        SCOPED_TRACE(model.table);
        const std::string_view column = kMoney.at(model.table);
        const std::string where = fmt::format(
            " WHERE rowid = (SELECT rowid FROM {0} ORDER BY rowid LIMIT 1 OFFSET (SELECT COUNT(*) "
            "FROM {0}) / 2)",
            model.table
        );
        const auto change = [&](const char* by) {
            return spoil(
                model.service,
                fmt::format("UPDATE {0} SET {1} = {1} {2}{3}", model.table, column, by, where)
            );
        };
        ASSERT_EQ(change("+ 1"), 1);
        const std::int64_t now =
            query(model.service, fmt::format("SELECT {} FROM {}{}", column, model.table, where))
                .at(0)
                .integer(0);
        const oracle::Comparison comparison = compare();
        EXPECT_EQ(comparison.differences(), 1U) << to_text(comparison);
        for (const auto& table : comparison.tables) {
            if (table.table != model.table) {
                EXPECT_EQ(table.differing(), 0U) << table.table;
                continue;
            }
            EXPECT_EQ(table.unequal, 1U);
            ASSERT_EQ(table.samples.size(), 1U);
            const std::string cent = fmt::format(" {}={} (expected {})", column, now, now - 1);
            EXPECT_NE(table.samples.front().find(cent), std::string::npos) << table.samples.front();
        }
        ASSERT_EQ(change("- 1"), 1);
    }
    EXPECT_EQ(compare().differences(), 0U);
}

TEST_F(FinishedRun, ARowThatIsGoneFromAnyTableIsMissed) {
    std::uint64_t gone = 0;
    for (const oracle::ReadModel& model : oracle::read_models()) {
        constexpr std::string_view last =
            "DELETE FROM {0} WHERE rowid = (SELECT MAX(rowid) FROM {0})";
        ASSERT_EQ(spoil(model.service, fmt::format(last, model.table)), 1);
        ++gone;
        const oracle::Comparison comparison = compare();
        EXPECT_EQ(comparison.differences(), gone) << to_text(comparison);
        for (const auto& compared : comparison.tables) {
            if (compared.table != model.table) continue;
            EXPECT_EQ(compared.missing, 1U) << model.table;
            EXPECT_EQ(compared.found + 1, compared.expected) << model.table;
        }
    }
    EXPECT_EQ(compare().rows_differing_by_table().size(), kMoney.size());
}

TEST_F(FinishedRun, AServiceWhoseTablesAreGoneIsNamed) {
    std::filesystem::remove(models_ / "benefits.sqlite");
    const auto comparison = finished().oracle->compare(models_);
    ASSERT_FALSE(comparison.has_value());
    EXPECT_EQ(comparison.error().code, ErrorCode::kNotFound);
    EXPECT_NE(comparison.error().message.find("benefits.sqlite"), std::string::npos);
}

TEST(CheckModels, AfterARunThatWasKilledInTheMiddleAndResumedNothingDiffers) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    const ::sluice::test::TempDir folder;
    const RunOptions asked = test::small_run(seed, folder.file("state"));
    {
        const Workspace workspace = test::open_workspace(asked);
        RunControl control = test::quiet();
        int questions = 0;
        control.cancelled = [&questions] { return ++questions > 1; };
        const auto stopped = run_sluice(workspace, test::prepare(workspace), control);
        ASSERT_FALSE(stopped.has_value());
        EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
        EXPECT_EQ(
            stopped.error().message,
            "interrupted; what was acknowledged is on disk: run the same again to go on"
        );
        const auto half = check_models(workspace, workspace.read_models(), test::quiet().progress);
        ASSERT_TRUE(half.has_value()) << half.error().message;
        EXPECT_GT(half->differences(), 0U) << "the run was not stopped in the middle";
    }
    {
        const Workspace workspace = test::open_workspace(asked);
        ASSERT_TRUE(run_sluice(workspace, test::prepare(workspace), test::quiet()).has_value());
    }
    const auto workspace = Workspace::existing(asked.state);
    ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
    const auto whole =
        check_models(workspace.value(), workspace->read_models(), test::quiet().progress);
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    EXPECT_EQ(whole->differences(), 0U) << to_text(whole.value());
}

}  // namespace
}  // namespace sluice::commerce
