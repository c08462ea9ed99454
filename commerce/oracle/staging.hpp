#pragma once

#include <sluice/result.hpp>

#include "commerce/oracle/policy.hpp"
#include "commerce/oracle/sqlite.hpp"

#include <array>
#include <filesystem>
#include <span>
#include <string_view>

namespace sluice::commerce::oracle {

enum class Field : std::uint8_t { kText, kInteger, kMoney };

/// A column of a file; the staging table has it under the same name.
struct Column {
    std::string_view name;
    Field kind;
};

struct SourceFile {
    std::string_view file;
    std::string_view table;
    std::span<const Column> columns;
};

/// What the oracle reads of the raw files and of the additions (docs/commerce/seed-rule.md,
/// "Files").
[[nodiscard]] std::span<const SourceFile> raw_files() noexcept;
[[nodiscard]] std::span<const SourceFile> addition_files() noexcept;

/// Fills one staging table; an empty field becomes NULL. The caller holds the transaction.
[[nodiscard]] Status load(
    Database& into,
    const std::filesystem::path& folder,
    const SourceFile& source,
    int currency_digits
);

[[nodiscard]] Status write_policy(Database& into, const Policy& policy);

}  // namespace sluice::commerce::oracle
