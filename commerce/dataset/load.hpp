#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"

#include <string>

namespace sluice::commerce {

/// Names of the five files, as published by Olist.
inline constexpr std::string_view kOrdersFile = "olist_orders_dataset.csv";
inline constexpr std::string_view kItemsFile = "olist_order_items_dataset.csv";
inline constexpr std::string_view kPaymentsFile = "olist_order_payments_dataset.csv";
inline constexpr std::string_view kCustomersFile = "olist_customers_dataset.csv";
inline constexpr std::string_view kReviewsFile = "olist_order_reviews_dataset.csv";

/// Reads the five files of the directory.
/// Failure: what `read_csv` fails with, and, always with file and line: an order, an item or a
/// payment given
///          twice; an item, payment or review of an unknown order; an order of an unknown customer;
///          a status, time, amount or number that cannot be read; an order without purchase or
///          estimated time; a score outside of 1 to 5.
/// Limits:  all orders are kept in memory, about 700 bytes each.
[[nodiscard]] Result<RawData> load_raw(const std::string& directory);

}  // namespace sluice::commerce
