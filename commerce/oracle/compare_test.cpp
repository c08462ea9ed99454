// A row changed, removed, added or doubled in any table is reported exactly so.
#include "commerce/oracle/compare.hpp"

#include "commerce/oracle/test_world.hpp"

#include <set>

namespace sluice::commerce::oracle::test {
namespace {

namespace fs = std::filesystem;

/// A world with rows in every table.
World rich_world() {
    World world;
    for (const char* id : {"a", "b", "c"}) {
        world.order(id, fmt::format("m-{}", id), "C,100,50,0")
            .item(
                {.line = 1, .seller = "s1", .price = "10.00", .tax_bp = 700, .commission_bp = 1000}
            )
            .item({.line = 2, .seller = "s2", .price = "5.00", .freight = "1.00"})
            .pay("16.00")
            .placed()
            .paid()
            .cancelled({{2, 1}})
            .dispatched("s1", {{1, 1}})
            .completed("s1", {{1, 1}})
            .refunded("3")
            .act({.type = "review.written", .at = World::kDay, .score = "4"});
    }
    return world;
}

/// The services' databases as they should be: copies of the oracle's tables.
class Services {
public:
    Services()
        : inputs_{world_.inputs()},
          oracle_{std::move(Oracle::calculate(inputs_)).value()},
          runner_{std::move(Database::create(inputs_.raw / "runner.sqlite")).value()} {
        fs::create_directories(folder());
        for (const auto& model : read_models()) reset(model);
    }

    /// Writes the table anew, as it should be.
    void reset(const ReadModel& model) {
        run(model,
            "DROP TABLE IF EXISTS service.{0};"
            "CREATE TABLE service.{0} AS SELECT * FROM source.oracle_{0}");
    }

    /// Runs `sql` on the service's database; {0} is the table, {1} its first column, {2} its last.
    void run(const ReadModel& model, const std::string& sql) {
        auto columns = oracle_.database().prepare(
            fmt::format("SELECT name FROM pragma_table_info('oracle_{}') ORDER BY cid", model.table)
        );
        std::vector<std::string> names;
        while (columns->step().value()) names.push_back(columns->text(0));
        const auto done = runner_.run(fmt::format(
            "ATTACH '{}' AS service; ATTACH '{}' AS source; {}; DETACH service; DETACH source",
            (folder() / fmt::format("{}.sqlite", model.service)).string(),
            (inputs_.scratch / "oracle.sqlite").string(),
            fmt::vformat(sql, fmt::make_format_args(model.table, names.front(), names.back()))
        ));
        ASSERT_TRUE(done.has_value()) << model.table << ": " << done.error().message;
    }

    [[nodiscard]] Result<Comparison> compare() { return oracle_.compare(folder()); }

    [[nodiscard]] fs::path folder() const { return inputs_.read_models; }

private:
    World world_{rich_world()};
    OracleInputs inputs_;
    Oracle oracle_;
    Database runner_;
};

const ReadModel kHead{"order", "order_head"};

TEST(OracleCompare, EqualTablesDoNotDiffer) {
    Services services;
    const auto comparison = services.compare();
    ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
    ASSERT_EQ(comparison->tables.size(), 17U);
    std::set<std::string> names;
    for (const auto& table : comparison->tables) {
        EXPECT_GT(table.expected, 0U) << table.table << " is empty: nothing is compared";
        EXPECT_EQ(table.found, table.expected);
        EXPECT_TRUE(table.samples.empty());
        names.insert(table.table);
    }
    EXPECT_EQ(names.size(), 17U);
    EXPECT_EQ(comparison->differences(), 0U);
    EXPECT_TRUE(comparison->rows_differing_by_table().empty());
    EXPECT_GT(comparison->rows(), 100U);
}

struct Injection {
    const char* sql;
    std::uint64_t missing;
    std::uint64_t extra;
    std::uint64_t unequal;
    const char* sample;  // its first word; nullptr: none
};

const Injection kInjections[] = {
    {"UPDATE service.{0} SET {2} = {2} || 'x' WHERE rowid = 1", 0, 0, 1, "unequal "},
    {"UPDATE service.{0} SET {2} = NULL WHERE rowid = 1", 0, 0, 1, "unequal "},
    {"DELETE FROM service.{0} WHERE rowid = 1", 1, 0, 0, "missing "},
    {"INSERT INTO service.{0} SELECT * FROM service.{0} WHERE rowid = 1; UPDATE service.{0} "
     "SET {1} = 'zz' WHERE rowid = (SELECT MAX(rowid) FROM service.{0})",
     0,
     1,
     0,
     "extra "},
    {"UPDATE service.{0} SET {1} = 'zz' WHERE rowid = 1", 1, 1, 0, "missing "},
    {"INSERT INTO service.{0} SELECT * FROM service.{0} WHERE rowid = 1", 0, 1, 0, nullptr},
};

TEST(OracleCompare, OneChangedRowInAnyTableIsFound) {
    Services services;
    for (const auto& model : read_models()) {
        for (const auto& injection : kInjections) {
            SCOPED_TRACE(fmt::format("{}: {}", model.table, injection.sql));
            services.run(model, injection.sql);
            const auto comparison = services.compare();
            ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
            const std::uint64_t all = injection.missing + injection.extra + injection.unequal;
            const std::map<std::string, std::uint64_t> expected{{std::string{model.table}, all}};
            EXPECT_EQ(comparison->rows_differing_by_table(), expected);
            EXPECT_EQ(comparison->differences(), all);
            for (const auto& table : comparison->tables) {
                if (table.table != model.table) continue;
                EXPECT_EQ(table.missing, injection.missing);
                EXPECT_EQ(table.extra, injection.extra);
                EXPECT_EQ(table.unequal, injection.unequal);
                ASSERT_EQ(table.samples.empty(), injection.sample == nullptr);
                if (injection.sample == nullptr) continue;
                EXPECT_EQ(table.samples.front().find(injection.sample), 0U)
                    << table.samples.front();
            }
            services.reset(model);
        }
    }
}

TEST(OracleCompare, SamplesNameTheKeyAndWhatDiffers) {
    Services services;
    services.run(kHead, "UPDATE service.{0} SET due = 7, coupon = 'X' WHERE order_id = 'b'");
    const auto comparison = services.compare();
    ASSERT_TRUE(comparison.has_value());
    EXPECT_EQ(
        comparison->tables.front().samples,
        std::vector<std::string>{
            "unequal order_id='b' coupon='X' (expected 'C') due=7 (expected 1450)"}
    );
}

TEST(OracleCompare, AtMostFiveSamples) {
    Services services;
    const ReadModel entries{"accounting", "ledger_entry"};
    services.run(entries, "UPDATE service.{0} SET amount = amount + 1");
    const auto comparison = services.compare();
    ASSERT_TRUE(comparison.has_value());
    for (const auto& table : comparison->tables) {
        if (table.table != "ledger_entry") continue;
        EXPECT_EQ(table.unequal, table.expected);
        EXPECT_EQ(table.samples.size(), 5U);
    }
}

TEST(OracleCompare, WhatIsNotThereIsAnErrorWithItsName) {
    Services services;
    services.run(kHead, "ALTER TABLE service.{0} RENAME COLUMN due TO owed");
    auto comparison = services.compare();
    ASSERT_FALSE(comparison.has_value());
    EXPECT_EQ(comparison.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(comparison.error().message.find("order.sqlite, table order_head"), std::string::npos);
    EXPECT_NE(comparison.error().message.find("due"), std::string::npos);

    services.run(kHead, "DROP TABLE service.{0}");
    comparison = services.compare();
    ASSERT_FALSE(comparison.has_value());
    EXPECT_NE(comparison.error().message.find("no such table"), std::string::npos);

    services.reset(kHead);
    EXPECT_TRUE(services.compare().has_value()) << "an error leaves nothing behind";
    fs::remove(services.folder() / "review.sqlite");
    comparison = services.compare();
    ASSERT_FALSE(comparison.has_value());
    EXPECT_EQ(comparison.error().code, ErrorCode::kNotFound);
    EXPECT_NE(comparison.error().message.find("review.sqlite"), std::string::npos);
}

TEST(OracleCompare, OneCallDoesBoth) {
    const World world = rich_world();
    const auto comparison = compare(world.inputs());
    ASSERT_FALSE(comparison.has_value()) << "no service has run here";
    EXPECT_EQ(comparison.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
