#include "commerce/dataset/write.hpp"

#include "commerce/csv/writer.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/local_time.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kShippingLimitSeconds = std::int64_t{5} * 86'400;

std::string path_of(const std::string& directory, std::string_view file) {
    return fmt::format("{}/{}", directory, file);
}

/// Olist's customer_id is one per order.
std::string customer_of(const RawOrder& order) {
    return "of-" + order.id;
}

std::string optional_text(const std::optional<UtcTime>& time) {
    return time ? to_local_text(*time) : "";
}

Status write_customers(const RawData& data, const std::string& directory) {
    auto out = CsvWriter::create(
        path_of(directory, kCustomersFile),
        {"customer_id",
         "customer_unique_id",
         "customer_zip_code_prefix",
         "customer_city",
         "customer_state"}
    );
    if (!out) return out.error();
    for (const RawOrder& order : data.orders) {
        out->text(customer_of(order)).text(order.member).text("00000").text("nowhere").text("XX");
        out->end_row();
    }
    return out->close();
}

Status write_orders(const RawData& data, const std::string& directory) {
    auto out = CsvWriter::create(
        path_of(directory, kOrdersFile),
        {"order_id",
         "customer_id",
         "order_status",
         "order_purchase_timestamp",
         "order_approved_at",
         "order_delivered_carrier_date",
         "order_delivered_customer_date",
         "order_estimated_delivery_date"}
    );
    if (!out) return out.error();
    for (const RawOrder& order : data.orders) {
        out->text(order.id).text(customer_of(order)).text(to_string(order.status));
        out->text(to_local_text(order.purchased)).text(optional_text(order.approved));
        out->text(optional_text(order.handed_over)).text(optional_text(order.delivered));
        out->text(to_local_text(order.estimated));
        out->end_row();
    }
    return out->close();
}

Status write_items(const RawData& data, const std::string& directory) {
    auto out = CsvWriter::create(
        path_of(directory, kItemsFile),
        {"order_id",
         "order_item_id",
         "product_id",
         "seller_id",
         "shipping_limit_date",
         "price",
         "freight_value"}
    );
    if (!out) return out.error();
    for (const RawOrder& order : data.orders) {
        const UtcTime limit{order.purchased.seconds + kShippingLimitSeconds};
        for (const RawItem& item : order.items) {
            out->text(order.id).number(item.number).text(item.product).text(item.seller);
            out->text(to_local_text(limit)).amount(item.price).amount(item.freight);
            out->end_row();
        }
    }
    return out->close();
}

Status write_payments(const RawData& data, const std::string& directory) {
    auto out = CsvWriter::create(
        path_of(directory, kPaymentsFile),
        {"order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"}
    );
    if (!out) return out.error();
    for (const RawOrder& order : data.orders) {
        for (const RawPayment& payment : order.payments) {
            out->text(order.id)
                .number(payment.number)
                .text(payment.type)
                .number(1)
                .amount(payment.amount);
            out->end_row();
        }
    }
    return out->close();
}

/// Real comments contain commas, quotes and line breaks; so do these.
std::string_view comment(std::int64_t score) {
    return score >= 4 ? "as described" : "came late,\nand not \"as described\"";
}

Status write_reviews(const RawData& data, const std::string& directory) {
    auto out = CsvWriter::create(
        path_of(directory, kReviewsFile),
        {"review_id",
         "order_id",
         "review_score",
         "review_comment_title",
         "review_comment_message",
         "review_creation_date",
         "review_answer_timestamp"}
    );
    if (!out) return out.error();
    for (const RawOrder& order : data.orders) {
        for (const RawReview& review : order.reviews) {
            out->text(review.id)
                .text(order.id)
                .number(review.score)
                .null()
                .text(comment(review.score));
            out->text(to_local_text(review.created)).text(to_local_text(review.answered));
            out->end_row();
        }
    }
    return out->close();
}

}  // namespace

Status write_raw(const RawData& data, const std::string& directory) {
    std::error_code failure;
    std::filesystem::create_directories(directory, failure);
    if (failure) return Error{ErrorCode::kIo, fmt::format("{}: {}", directory, failure.message())};
    for (const auto write :
         {write_customers, write_orders, write_items, write_payments, write_reviews}) {
        if (auto written = write(data, directory); !written) return written;
    }
    return ok();
}

}  // namespace sluice::commerce
