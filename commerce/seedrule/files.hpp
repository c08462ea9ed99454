#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"

#include <string>

/// The additions as files: docs/commerce/seed-rule.md, "Files". Reader and writer share the
/// columns.
namespace sluice::commerce {

inline constexpr std::string_view kAddedOrdersFile = "orders.csv";
inline constexpr std::string_view kAddedItemsFile = "items.csv";
inline constexpr std::string_view kActsFile = "acts.csv";
inline constexpr std::string_view kActUnitsFile = "act_units.csv";
inline constexpr std::string_view kSummaryFile = "summary.json";

/// Writes the four files and the summary; the directory is made if need be.
/// Failure: kIo with the file.
[[nodiscard]] Status write_additions(
    const RawData& raw, const Additions& additions, const std::string& directory
);

/// Reads what `write_additions` wrote for these raw orders (the seed is told, no file of rows has
/// it). Failure: what `read_csv` fails with; with file and line: an order, item or act that does
/// not fit the raw
///          data, a value that is none of its kind; kInvalidArgument: an order or item without its
///          row.
[[nodiscard]] Result<Additions> read_additions(
    const RawData& raw, std::uint64_t seed, const std::string& directory
);

}  // namespace sluice::commerce
