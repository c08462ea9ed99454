#include "commerce/oracle/staging.hpp"

#include "commerce/oracle/amount.hpp"
#include "commerce/oracle/csv_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace sluice::commerce::oracle {
namespace {

constexpr std::array kRawOrder{
    Column{"order_id", Field::kText}, Column{"customer_id", Field::kText}};
constexpr std::array kRawCustomer{
    Column{"customer_id", Field::kText}, Column{"customer_unique_id", Field::kText}};
constexpr std::array kRawItem{
    Column{"order_id", Field::kText},
    Column{"order_item_id", Field::kInteger},
    Column{"product_id", Field::kText},
    Column{"price", Field::kMoney},
    Column{"freight_value", Field::kMoney}};
constexpr std::array kRawPayment{
    Column{"order_id", Field::kText},
    Column{"payment_sequential", Field::kInteger},
    Column{"payment_type", Field::kText},
    Column{"payment_value", Field::kMoney}};
constexpr std::array kRawReview{
    Column{"order_id", Field::kText},
    Column{"review_id", Field::kText},
    Column{"review_score", Field::kInteger}};
constexpr std::array kRawFiles{
    SourceFile{"olist_orders_dataset.csv", "raw_order", kRawOrder},
    SourceFile{"olist_customers_dataset.csv", "raw_customer", kRawCustomer},
    SourceFile{"olist_order_items_dataset.csv", "raw_item", kRawItem},
    SourceFile{"olist_order_payments_dataset.csv", "raw_payment", kRawPayment},
    SourceFile{"olist_order_reviews_dataset.csv", "raw_review", kRawReview}};

constexpr std::array kOrders{
    Column{"order_id", Field::kText},
    Column{"member_id", Field::kText},
    Column{"coupon", Field::kText},
    Column{"platform_discount", Field::kInteger},
    Column{"seller_discount", Field::kInteger},
    Column{"points_used", Field::kInteger}};
constexpr std::array kItems{
    Column{"order_id", Field::kText},
    Column{"order_item_id", Field::kInteger},
    Column{"line", Field::kInteger},
    Column{"unit", Field::kInteger},
    Column{"seller_id", Field::kText},
    Column{"tax_code", Field::kText},
    Column{"tax_bp", Field::kInteger},
    Column{"commission_bp", Field::kInteger}};
constexpr std::array kActs{
    Column{"order_id", Field::kText},
    Column{"source", Field::kText},
    Column{"seq", Field::kInteger},
    Column{"type", Field::kText},
    Column{"at", Field::kText},
    Column{"happened", Field::kText},
    Column{"depends_on", Field::kInteger},
    Column{"parcel", Field::kText},
    Column{"seller_id", Field::kText},
    Column{"reason", Field::kText},
    Column{"fault", Field::kText},
    Column{"fee", Field::kInteger},
    Column{"refund_of", Field::kInteger},
    Column{"review_id", Field::kText},
    Column{"score", Field::kInteger},
    Column{"created", Field::kText}};
constexpr std::array kActUnits{
    Column{"order_id", Field::kText},
    Column{"source", Field::kText},
    Column{"seq", Field::kInteger},
    Column{"line", Field::kInteger},
    Column{"unit", Field::kInteger}};
constexpr std::array kAdditionFiles{
    SourceFile{"orders.csv", "added_order", kOrders},
    SourceFile{"items.csv", "added_item", kItems},
    SourceFile{"acts.csv", "added_act", kActs},
    SourceFile{"act_units.csv", "added_act_unit", kActUnits}};

Status bind(
    Statement& insert, int parameter, Field kind, const std::string& text, int currency_digits
) {
    if (text.empty()) {
        insert.bind_null(parameter);
        return ok();
    }
    if (kind == Field::kText) {
        insert.bind(parameter, std::string_view{text});
        return ok();
    }
    auto number = kind == Field::kMoney ? minor_units(text, currency_digits) : whole_number(text);
    if (!number) return number.error();
    insert.bind(parameter, number.value());
    return ok();
}

}  // namespace

std::span<const SourceFile> raw_files() noexcept {
    return kRawFiles;
}

std::span<const SourceFile> addition_files() noexcept {
    return kAdditionFiles;
}

Status load(
    Database& into,
    const std::filesystem::path& folder,
    const SourceFile& source,
    int currency_digits
) {
    std::vector<std::string_view> names;
    for (const auto& column : source.columns) names.push_back(column.name);
    auto rows = CsvRows::open(folder / source.file, names);
    if (!rows) return rows.error();
    const std::vector<std::string_view> marks(names.size(), "?");
    auto insert = into.prepare(fmt::format(
        "INSERT INTO {} ({}) VALUES ({})",
        source.table,
        fmt::join(names, ", "),
        fmt::join(marks, ", ")
    ));
    if (!insert) return insert.error();
    for (;;) {
        auto row = rows->next();
        if (!row) return row.error();
        if (!row.value()) return ok();
        for (std::size_t i = 0; i < source.columns.size(); ++i) {
            const auto& column = source.columns[i];
            auto bound = bind(
                *insert, static_cast<int>(i) + 1, column.kind, rows->field(i), currency_digits
            );
            if (!bound) return bound.error().at(fmt::format("{} {}", rows->place(), column.name));
        }
        auto done = insert->step();
        if (!done) return done.error().at(rows->place());
    }
}

Status write_policy(Database& into, const Policy& policy) {
    auto insert = into.prepare("INSERT INTO policy VALUES (?, ?, ?, ?, ?)");
    if (!insert) return insert.error();
    const std::string shift = fmt::format("{:+} minutes", policy.offset_minutes);
    insert->bind(1, std::string_view{shift});
    insert->bind(2, policy.close_day);
    insert->bind(3, policy.payout_days);
    insert->bind(4, std::string_view{policy.switch_on});
    insert->bind(5, policy.minor_per_point);
    auto done = insert->step();
    if (!done) return done.error();
    return ok();
}

}  // namespace sluice::commerce::oracle
