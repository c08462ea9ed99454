#include "commerce/dataset/load.hpp"

#include "commerce/csv/reader.hpp"
#include "commerce/dataset/local_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

namespace sluice::commerce {

namespace {

using Columns = std::span<const std::string_view>;

std::optional<UtcTime> optional_time(CsvRow& row, std::size_t column) {
    if (row.text(column).empty()) return std::nullopt;
    const auto time = parse_local(row.text(column));
    if (!time) row.fail(column, "a time such as 2017-11-24 09:30:00");
    return time;
}

UtcTime required_time(CsvRow& row, std::size_t column) {
    row.required(column);
    return optional_time(row, column).value_or(UtcTime{});
}

std::int64_t unsigned_amount(CsvRow& row, std::size_t column) {
    const std::int64_t amount = row.amount(column);
    if (amount < 0) row.fail(column, "an amount of 0 or more");
    return amount;
}

std::int64_t counting_number(CsvRow& row, std::size_t column) {
    const std::int64_t number = row.integer(column);
    if (number < 1) row.fail(column, "1 or more");
    return number;
}

/// Puts the element where its number belongs; false if one with the number is there.
template <class Numbered>
bool insert_by_number(std::vector<Numbered>& into, Numbered element) {
    const auto at = std::lower_bound(
        into.begin(),
        into.end(),
        element.number,
        [](const Numbered& a, std::int64_t number) { return a.number < number; }
    );
    if (at != into.end() && at->number == element.number) return false;
    into.insert(at, std::move(element));
    return true;
}

/// One load. Customers come first, then orders, then what belongs to orders.
class Loading {
public:
    explicit Loading(std::string directory) : directory_{std::move(directory)} {}

    Result<RawData> run();

private:
    Status read(std::string_view file, Columns columns, void (Loading::*take)(CsvRow&)) {
        return read_csv(fmt::format("{}/{}", directory_, file), columns, [this, take](CsvRow& row) {
            (this->*take)(row);
        });
    }

    void customer(CsvRow& row);
    void order(CsvRow& row);
    void item(CsvRow& row);
    void payment(CsvRow& row);
    void review(CsvRow& row);
    RawOrder* order_of(CsvRow& row, std::size_t column);

    std::string directory_;
    RawData data_;
    std::unordered_map<std::string, std::string> member_of_customer_;
    std::unordered_map<std::string, std::size_t> place_of_order_;
};

constexpr std::array<std::string_view, 2> kCustomerColumns{"customer_id", "customer_unique_id"};
constexpr std::array<std::string_view, 8> kOrderColumns{
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date"};
constexpr std::array<std::string_view, 6> kItemColumns{
    "order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value"};
constexpr std::array<std::string_view, 4> kPaymentColumns{
    "order_id", "payment_sequential", "payment_type", "payment_value"};
constexpr std::array<std::string_view, 5> kReviewColumns{
    "order_id", "review_id", "review_score", "review_creation_date", "review_answer_timestamp"};

void Loading::customer(CsvRow& row) {
    member_of_customer_.emplace(row.required(0), row.required(1));
}

void Loading::order(CsvRow& row) {
    RawOrder order;
    order.id = row.required(0);
    const auto member = member_of_customer_.find(std::string{row.text(1)});
    if (member == member_of_customer_.end())
        return row.fail(1, fmt::format("a customer of {}", kCustomersFile));
    order.member = member->second;
    const auto status = raw_status(row.text(2));
    if (!status) return row.fail(2, "one of " + raw_statuses());
    order.status = *status;
    order.purchased = required_time(row, 3);
    order.approved = optional_time(row, 4);
    order.handed_over = optional_time(row, 5);
    order.delivered = optional_time(row, 6);
    order.estimated = required_time(row, 7);
    if (!place_of_order_.emplace(order.id, data_.orders.size()).second) {
        return row.fail(0, "each order once");
    }
    data_.orders.push_back(std::move(order));
}

RawOrder* Loading::order_of(CsvRow& row, std::size_t column) {
    const auto place = place_of_order_.find(std::string{row.text(column)});
    if (place != place_of_order_.end()) return &data_.orders[place->second];
    row.fail(column, fmt::format("an order of {}", kOrdersFile));
    return nullptr;
}

void Loading::item(CsvRow& row) {
    RawOrder* order = order_of(row, 0);
    if (order == nullptr) return;
    RawItem item;
    item.number = counting_number(row, 1);
    item.product = row.required(2);
    item.seller = row.required(3);
    item.price = unsigned_amount(row, 4);
    item.freight = unsigned_amount(row, 5);
    if (!insert_by_number(order->items, std::move(item))) row.fail(1, "each item of an order once");
}

void Loading::payment(CsvRow& row) {
    RawOrder* order = order_of(row, 0);
    if (order == nullptr) return;
    RawPayment payment;
    payment.number = counting_number(row, 1);
    payment.type = row.required(2);
    payment.amount = unsigned_amount(row, 3);
    if (!insert_by_number(order->payments, std::move(payment))) {
        row.fail(1, "each payment of an order once");
    }
}

void Loading::review(CsvRow& row) {
    RawOrder* order = order_of(row, 0);
    if (order == nullptr) return;
    RawReview review;
    review.id = row.required(1);
    review.score = row.integer(2);
    if (review.score < 1 || review.score > 5) row.fail(2, "1 to 5");
    review.created = required_time(row, 3);
    review.answered = required_time(row, 4);
    order->reviews.push_back(std::move(review));
}

Result<RawData> Loading::run() {
    if (auto s = read(kCustomersFile, kCustomerColumns, &Loading::customer); !s) return s.error();
    if (auto s = read(kOrdersFile, kOrderColumns, &Loading::order); !s) return s.error();
    if (auto s = read(kItemsFile, kItemColumns, &Loading::item); !s) return s.error();
    if (auto s = read(kPaymentsFile, kPaymentColumns, &Loading::payment); !s) return s.error();
    if (auto s = read(kReviewsFile, kReviewColumns, &Loading::review); !s) return s.error();
    for (RawOrder& order : data_.orders) {
        std::stable_sort(
            order.reviews.begin(),
            order.reviews.end(),
            [](const RawReview& a, const RawReview& b) {
                return std::tie(a.created, a.id) < std::tie(b.created, b.id);
            }
        );
    }
    std::sort(data_.orders.begin(), data_.orders.end(), [](const RawOrder& a, const RawOrder& b) {
        return a.id < b.id;
    });
    return std::move(data_);
}

}  // namespace

Result<RawData> load_raw(const std::string& directory) {
    return Loading{directory}.run();
}

}  // namespace sluice::commerce
