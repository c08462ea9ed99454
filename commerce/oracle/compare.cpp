#include "commerce/oracle/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace sluice::commerce::oracle {
namespace {

constexpr std::size_t kSamples = 5;

constexpr std::array<ReadModel, 17> kReadModels{{
    {"order", "order_head"},
    {"delivery", "delivery_parcel"},
    {"apportionment", "apportionment_unit"},
    {"apportionment", "apportionment_seller"},
    {"review", "review_entry"},
    {"review", "review_seller"},
    {"inquiry", "inquiry_act"},
    {"sales", "sales_entry"},
    {"sales", "sales_day"},
    {"accounting", "ledger_entry"},
    {"accounting", "ledger_month"},
    {"accounting", "tax_document"},
    {"settlement", "settlement_item"},
    {"settlement", "settlement_payout"},
    {"benefits", "benefits_points"},
    {"benefits", "benefits_member"},
    {"benefits", "benefits_coupon"},
}};

struct Columns {
    std::vector<std::string> all;
    std::vector<std::string> key;
};

Result<Columns> columns_of(Database& oracle, std::string_view table) {
    auto info = oracle.prepare(
        fmt::format("SELECT name, pk FROM pragma_table_info('oracle_{}') ORDER BY cid", table)
    );
    if (!info) return info.error();
    Columns columns;
    for (;;) {
        auto row = info->step();
        if (!row) return row.error();
        if (!row.value()) return columns;
        columns.all.push_back(info->text(0));
        if (info->integer(1) > 0) columns.key.push_back(info->text(0));
    }
}

/// One row as "column=value ..."; of an unequal pair only the key and what differs.
std::string describe(const Statement& row, std::string_view kind, const Columns& columns) {
    const std::size_t count = columns.all.size();
    std::string text{kind};
    for (std::size_t i = 0; i < count; ++i) {
        const std::string left = row.text(static_cast<int>(i));
        const std::string right = kind == "unequal" ? row.text(static_cast<int>(count + i)) : left;
        const bool is_key =
            std::find(columns.key.begin(), columns.key.end(), columns.all[i]) != columns.key.end();
        if (left != right) {
            text += fmt::format(" {}={} (expected {})", columns.all[i], right, left);
        } else if (kind != "unequal" || is_key) {
            text += fmt::format(" {}={}", columns.all[i], left);
        }
    }
    return text;
}

/// Compares one table of the attached database.
class TableCheck {
public:
    TableCheck(Database& oracle, const ReadModel& model, Columns columns)
        : oracle_{oracle},
          columns_{std::move(columns)} {
        result_.service = model.service;
        result_.table = model.table;
    }

    Result<TableComparison> run() {
        auto sets = find_sets();
        if (!sets) {
            static_cast<void>(drop_sets().has_value());
            return Error{
                ErrorCode::kCorrupt,
                fmt::format(
                    "{}.sqlite, table {}: {}", result_.service, result_.table, sets.error().message
                )};
        }
        auto counted = count();
        if (!counted) return counted.error();
        if (result_.differing() > 0) {
            auto sampled = sample();
            if (!sampled) return sampled.error();
        }
        auto dropped = drop_sets();
        if (!dropped) return dropped.error();
        return std::move(result_);
    }

private:
    /// `lacking`: rows that only the oracle has; `surplus`: rows that only the service has.
    Status find_sets() {
        const std::string list = fmt::format("{}", fmt::join(columns_.all, ", "));
        const std::string ours = fmt::format("SELECT {} FROM main.oracle_{}", list, result_.table);
        const std::string theirs = fmt::format("SELECT {} FROM found.{}", list, result_.table);
        return oracle_.run(fmt::format(
            "CREATE TEMP TABLE lacking AS {0} EXCEPT {1};"
            "CREATE TEMP TABLE surplus AS {1} EXCEPT {0};"
            "CREATE INDEX temp.surplus_key ON surplus ({2})",
            ours,
            theirs,
            fmt::join(columns_.key, ", ")
        ));
    }

    Status drop_sets() {
        return oracle_.run("DROP TABLE IF EXISTS temp.lacking; DROP TABLE IF EXISTS temp.surplus");
    }

    Status count() {
        const std::string keys = fmt::format("{}", fmt::join(columns_.key, ", "));
        const std::array<std::pair<std::uint64_t*, std::string>, 5> counts{{
            {&result_.expected, "SELECT COUNT(*) FROM main.oracle_" + result_.table},
            {&result_.found, "SELECT COUNT(*) FROM found." + result_.table},
            {&result_.missing, "SELECT COUNT(*) FROM lacking"},
            {&result_.extra, "SELECT COUNT(*) FROM surplus"},
            {&result_.unequal,
             fmt::format("SELECT COUNT(*) FROM lacking JOIN surplus USING ({})", keys)},
        }};
        for (const auto& [target, sql] : counts) {
            auto value = oracle_.integer(sql);
            if (!value) return value.error();
            *target = static_cast<std::uint64_t>(value.value());
        }
        const std::uint64_t distinct = result_.expected - result_.missing + result_.extra;
        result_.missing -= result_.unequal;
        result_.extra -= result_.unequal;
        result_.extra += result_.found - distinct;  // rows that stand there twice
        return ok();
    }

    Status sample() {
        std::vector<std::string> lacking;
        std::vector<std::string> surplus;
        std::vector<std::string> both;
        for (const auto& column : columns_.all) {
            lacking.push_back(fmt::format("quote(l.{})", column));
            surplus.push_back(fmt::format("quote(s.{})", column));
        }
        for (const auto& key : columns_.key) both.push_back(fmt::format("l.{0} = s.{0}", key));
        const std::string same = fmt::format("{}", fmt::join(both, " AND "));
        const std::string left = fmt::format("{}", fmt::join(lacking, ", "));
        const std::string right = fmt::format("{}", fmt::join(surplus, ", "));
        auto done = sample(
            "unequal",
            fmt::format("SELECT {}, {} FROM lacking l JOIN surplus s ON {}", left, right, same)
        );
        if (!done) return done;
        constexpr std::string_view alone =
            "SELECT {} FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {})";
        done = sample("missing", fmt::format(alone, left, "lacking l", "surplus s", same));
        if (!done) return done;
        return sample("extra", fmt::format(alone, right, "surplus s", "lacking l", same));
    }

    Status sample(std::string_view kind, const std::string& sql) {
        auto rows = oracle_.prepare(sql);
        if (!rows) return rows.error();
        while (result_.samples.size() < kSamples) {
            auto row = rows->step();
            if (!row) return row.error();
            if (!row.value()) break;
            result_.samples.push_back(describe(*rows, kind, columns_));
        }
        return ok();
    }

    Database& oracle_;
    Columns columns_;
    TableComparison result_;
};

}  // namespace

const std::array<ReadModel, 17>& read_models() noexcept {
    return kReadModels;
}

std::uint64_t Comparison::rows() const {
    std::uint64_t sum = 0;
    for (const auto& table : tables) sum += table.expected;
    return sum;
}

std::uint64_t Comparison::differences() const {
    std::uint64_t sum = 0;
    for (const auto& table : tables) sum += table.differing();
    return sum;
}

std::map<std::string, std::uint64_t> Comparison::rows_differing_by_table() const {
    std::map<std::string, std::uint64_t> differing;
    for (const auto& table : tables) {
        if (table.differing() > 0) differing[table.table] = table.differing();
    }
    return differing;
}

Result<Comparison> compare_tables(
    Database& oracle, const std::filesystem::path& folder, const Progress& progress
) {
    Comparison comparison;
    int done = 0;
    for (const auto& model : kReadModels) {
        if (progress) progress(model.table, done++, static_cast<int>(kReadModels.size()));
        auto columns = columns_of(oracle, model.table);
        if (!columns) return columns.error();
        auto attached = oracle.attach(folder / fmt::format("{}.sqlite", model.service));
        if (!attached) return attached.error();
        auto table = TableCheck{oracle, model, std::move(columns).value()}.run();
        auto detached = oracle.detach();
        if (!table) return table.error();
        if (!detached) return detached.error();
        comparison.tables.push_back(std::move(table).value());
    }
    return comparison;
}

}  // namespace sluice::commerce::oracle
