#pragma once

#include "commerce/oracle/oracle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::commerce::oracle::test {

/// A folder of its own for one test, removed at its end.
class TempFolder {
public:
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "oracle-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }

    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        std::ofstream{path_ / name, std::ios::binary} << text;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

using Units = std::vector<std::pair<int, int>>;  // {line, unit}

/// An act of acts.csv; what does not apply stays empty.
struct Act {
    std::string type{};
    std::string at{};
    Units units{};
    std::string happened{};  // empty: as `at`
    std::string seller{};    // parcels
    std::string fault{};
    std::string fee{};
    std::string refund_of{};
    std::string depends_on{};  // empty: the last event so far of the other source
    std::string score{};
};

struct Item {
    int line{1};
    int unit{1};
    std::string seller{"s1"};
    std::string price{};
    std::string freight{"0.00"};
    int tax_bp{0};
    int commission_bp{0};
    std::string tax_code{"standard"};
};

/// Raw files and additions of a few hand-made orders.
class World {
public:
    /// `discount`: "coupon,platform,seller,points" as in orders.csv.
    World& order(
        const std::string& id,
        const std::string& member = "m1",
        const std::string& discount = ",0,0,0"
    ) {
        order_ = id;
        item_ = payment_ = parcel_ = 0;
        numbers_.clear();
        raw_orders_ += fmt::format("{},c-{}\n", id, id);
        raw_customers_ += fmt::format("c-{},{}\n", id, member);
        orders_ += fmt::format("{},{},{}\n", id, member, discount);
        return *this;
    }

    World& item(const Item& item) {
        ++item_;
        raw_items_ +=
            fmt::format("{},{},p{},{},{}\n", order_, item_, item.line, item.price, item.freight);
        items_ += fmt::format(
            "{},{},{},{},{},{},{},{}\n",
            order_,
            item_,
            item.line,
            item.unit,
            item.seller,
            item.tax_code,
            item.tax_bp,
            item.commission_bp
        );
        return *this;
    }

    World& pay(const std::string& value, const std::string& type = "credit_card") {
        raw_payments_ += fmt::format("{},{},{},{}\n", order_, ++payment_, type, value);
        return *this;
    }

    World& act(const Act& act) {
        const std::string source = act.type.starts_with("order.")    ? "orders"
                                   : act.type.starts_with("review.") ? "reviews"
                                                                     : "deliveries";
        const int seq = ++numbers_[source];
        std::string parcel;
        if (act.type == "delivery.dispatched")
            parcels_[act.seller] = fmt::format("{}-{}", order_, ++parcel_);
        if (source == "deliveries") parcel = parcels_[act.seller];
        const bool stamped = source == "deliveries" || act.type == "order.returned";
        const int seen = numbers_[source == "deliveries" ? "orders" : "deliveries"];
        acts_ += fmt::format(
            "{},{},{},{},{},{},{},{},{},,{},{},{},{},{},{}\n",
            order_,
            source,
            seq,
            act.type,
            act.at,
            act.happened.empty() ? act.at : act.happened,
            stamped && act.depends_on.empty() ? std::to_string(seen) : act.depends_on,
            parcel,
            act.seller,
            act.fault,
            act.fee,
            act.refund_of,
            source == "reviews" ? "r1" : "",
            act.score,
            source == "reviews" ? act.at : ""
        );
        if (source == "reviews") raw_reviews_ += fmt::format("r1,{},{}\n", order_, act.score);
        for (const auto& [line, unit] : act.units) {
            act_units_ += fmt::format("{},{},{},{},{}\n", order_, source, seq, line, unit);
        }
        return *this;
    }

    World& placed(const std::string& at = kDay) { return act({.type = "order.placed", .at = at}); }

    World& paid(const std::string& at = kDay) { return act({.type = "order.paid", .at = at}); }

    World& cancelled(const Units& units, const std::string& at = kDay) {
        return act({.type = "order.cancelled", .at = at, .units = units});
    }

    World& dispatched(const std::string& seller, const Units& units, const std::string& at = kDay) {
        return act({.type = "delivery.dispatched", .at = at, .units = units, .seller = seller});
    }

    World& completed(const std::string& seller, const Units& units, const std::string& at = kDay) {
        return act({.type = "delivery.completed", .at = at, .units = units, .seller = seller});
    }

    World& returned(
        const Units& units,
        const std::string& fault,
        const std::string& fee,
        const std::string& at = kDay
    ) {
        return act({.type = "order.returned", .at = at, .units = units, .fault = fault, .fee = fee}
        );
    }

    World& refunded(const std::string& of, const std::string& at = kDay) {
        return act({.type = "order.refunded", .at = at, .refund_of = of});
    }

    /// The number of the order's last event of a source so far.
    [[nodiscard]] int last(const std::string& source) const { return numbers_.at(source); }

    Policy policy{};

    [[nodiscard]] OracleInputs inputs() const {
        const auto raw = [&](const char* name, const char* header, const std::string& rows) {
            folder_->write(
                fmt::format("olist_{}_dataset.csv", name), std::string{header} + "\n" + rows
            );
        };
        raw("orders", "order_id,customer_id", raw_orders_);
        raw("customers", "customer_id,customer_unique_id", raw_customers_);
        raw("order_items", "order_id,order_item_id,product_id,price,freight_value", raw_items_);
        raw("order_payments",
            "order_id,payment_sequential,payment_type,payment_value",
            raw_payments_);
        raw("order_reviews", "review_id,order_id,review_score", raw_reviews_);
        folder_->write(
            "orders.csv",
            "order_id,member_id,coupon,platform_discount,seller_discount,points_used\n" + orders_
        );
        folder_->write(
            "items.csv",
            "order_id,order_item_id,line,unit,seller_id,tax_code,tax_bp,commission_bp\n" + items_
        );
        folder_->write(
            "acts.csv",
            "order_id,source,seq,type,at,happened,depends_on,parcel,seller_id,reason,fault,fee,"
            "refund_of,"
            "review_id,score,created\n" +
                acts_
        );
        folder_->write("act_units.csv", "order_id,source,seq,line,unit\n" + act_units_);
        return OracleInputs{
            .raw = folder_->path(),
            .additions = folder_->path(),
            .read_models = folder_->path() / "state",
            .scratch = folder_->path(),
            .policy = policy};
    }

    static constexpr const char* kDay = "2017-05-10T12:00:00Z";

private:
    std::shared_ptr<TempFolder> folder_{std::make_shared<TempFolder>()};
    std::string order_;
    int item_{0};
    int payment_{0};
    int parcel_{0};
    std::map<std::string, int> numbers_;
    std::map<std::string, std::string> parcels_;
    std::string raw_orders_, raw_customers_, raw_items_, raw_payments_, raw_reviews_;
    std::string orders_, items_, acts_, act_units_;
};

/// The calculation over a World; a test that asks for it fails where it fails.
class Answers {
public:
    explicit Answers(const World& world) : oracle_{Oracle::calculate(world.inputs())} {
        if (!oracle_) ADD_FAILURE() << oracle_.error().message;
    }

    /// All rows, columns by blanks, rows by "; ".
    std::string rows(const std::string& sql) {
        if (!oracle_) return "no oracle";
        auto query = oracle_->database().prepare(sql);
        if (!query) return query.error().message;
        std::string text;
        for (bool first = true;; first = false) {
            auto row = query->step();
            if (!row) return row.error().message;
            if (!row.value()) return text;
            if (!first) text += "; ";
            for (int i = 0; i < query->columns(); ++i) text += (i > 0 ? " " : "") + query->text(i);
        }
    }

    Oracle& oracle() { return *oracle_; }

private:
    Result<Oracle> oracle_;
};

}  // namespace sluice::commerce::oracle::test
