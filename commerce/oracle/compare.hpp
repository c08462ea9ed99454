#pragma once

#include <sluice/result.hpp>

#include "commerce/oracle/policy.hpp"
#include "commerce/oracle/sqlite.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce::oracle {

/// A table of docs/commerce/read-models.md, in `<service>.sqlite` and in the oracle as
/// `oracle_<table>`.
struct ReadModel {
    std::string_view service;
    std::string_view table;
};

[[nodiscard]] const std::array<ReadModel, 17>& read_models() noexcept;

/// How one table differs. A key that only one side has is missing or extra; a key that both have
/// with other values is unequal. A row that the service has twice counts as extra.
struct TableComparison {
    std::string service;
    std::string table;
    std::uint64_t expected{0};
    std::uint64_t found{0};
    std::uint64_t missing{0};
    std::uint64_t extra{0};
    std::uint64_t unequal{0};
    std::vector<std::string> samples;  ///< at most 5

    [[nodiscard]] std::uint64_t differing() const noexcept { return missing + extra + unequal; }
};

struct Comparison {
    std::vector<TableComparison> tables;  ///< in the order of read_models()

    [[nodiscard]] std::uint64_t rows() const;  ///< expected, over all tables
    [[nodiscard]] std::uint64_t differences() const;
    /// Only the tables that differ.
    [[nodiscard]] std::map<std::string, std::uint64_t> rows_differing_by_table() const;
};

/// Compares every table with the databases in `folder`.
/// Failure: kNotFound (a database is not there), kCorrupt (a table or column is not there).
[[nodiscard]] Result<Comparison> compare_tables(
    Database& oracle, const std::filesystem::path& folder, const Progress& progress
);

}  // namespace sluice::commerce::oracle
