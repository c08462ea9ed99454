#pragma once

#include "commerce/csv/temp_file.hpp"
#include "commerce/dataset/load.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace sluice::commerce::test {

/// The five raw files by name, small and sound; a test spoils some of them.
class RawFiles {
public:
    RawFiles() {
        files_[std::string{kCustomersFile}] = "customer_id,customer_unique_id\nc1,m1\nc2,m1\n";
        files_[std::string{kOrdersFile}] =
            "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
            "order_delivered_carrier_date,order_delivered_customer_date,"
            "order_estimated_delivery_date\n"
            "o2,c2,canceled,2018-01-02 10:00:00,,,,2018-01-20 00:00:00\n"
            "o1,c1,delivered,2017-12-31 22:00:00,2017-12-31 23:00:00,2018-01-02 00:00:00,"
            "2018-01-09 00:00:00,2018-01-20 00:00:00\n";
        files_[std::string{kItemsFile}] =
            "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
            "o1,2,p2,s1,x,0.29,0.00\no1,1,p1,s1,x,19.90,7.5\n";
        files_[std::string{kPaymentsFile}] =
            "order_id,payment_sequential,payment_type,payment_installments,payment_value\n"
            "o1,2,voucher,1,2.69\no1,1,credit_card,1,25.00\n";
        files_[std::string{kReviewsFile}] =
            "review_id,order_id,review_score,review_comment_title,review_comment_message,"
            "review_creation_date,review_answer_timestamp\n"
            "r2,o1,5,,\"good,\nvery\",2018-01-10 00:00:00,2018-01-11 00:00:00\n"
            "r1,o1,1,,,2018-01-10 00:00:00,2018-01-12 00:00:00\n";
    }

    static constexpr std::array<std::string_view, 5> kNames{
        kCustomersFile, kOrdersFile, kItemsFile, kPaymentsFile, kReviewsFile};

    std::string& operator[](std::string_view name) { return files_.at(std::string{name}); }

    void remove(std::string_view name) { files_.erase(std::string{name}); }

    [[nodiscard]] Result<RawData> load() const {
        const TempDir dir;
        for (const auto& [name, content] : files_) dir.write(name, content);
        auto loaded = load_raw(dir.path());
        if (loaded) return loaded;
        return Error{loaded.error().code, loaded.error().message.substr(dir.path().size() + 1)};
    }

    /// Empty if they can be read; without the folder.
    [[nodiscard]] std::string error() const {
        const auto loaded = load();
        return loaded ? "" : loaded.error().message;
    }

private:
    std::map<std::string, std::string> files_;
};

}  // namespace sluice::commerce::test
