#pragma once

#include "commerce/money/days.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

enum class RawStatus : std::uint8_t {
    kCreated,
    kApproved,
    kProcessing,
    kInvoiced,
    kShipped,
    kDelivered,
    kUnavailable,
    kCanceled,
};

[[nodiscard]] std::string_view to_string(RawStatus status);
[[nodiscard]] std::optional<RawStatus> raw_status(std::string_view text);

/// All of them, for messages: "created, approved, …".
[[nodiscard]] std::string raw_statuses();

struct RawItem {
    std::int64_t number{};  ///< order_item_id
    std::string product;
    std::string seller;
    std::int64_t price{};
    std::int64_t freight{};

    bool operator==(const RawItem&) const = default;
};

struct RawPayment {
    std::int64_t number{};  ///< payment_sequential
    std::string type;
    std::int64_t amount{};

    bool operator==(const RawPayment&) const = default;
};

struct RawReview {
    std::string id;
    std::int64_t score{};
    UtcTime created;
    UtcTime answered;

    bool operator==(const RawReview&) const = default;
};

struct RawOrder {
    std::string id;
    std::string member;  ///< customer_unique_id
    RawStatus status{};
    UtcTime purchased;
    std::optional<UtcTime> approved;
    std::optional<UtcTime> handed_over;  ///< to the carrier
    std::optional<UtcTime> delivered;
    UtcTime estimated;
    std::vector<RawItem> items;        ///< ascending by number, each once
    std::vector<RawPayment> payments;  ///< ascending by number, each once; amounts may be 0
    std::vector<RawReview> reviews;    ///< ascending by (created, id)

    bool operator==(const RawOrder&) const = default;

    [[nodiscard]] std::int64_t goods() const;
    [[nodiscard]] std::int64_t freight() const;
    [[nodiscard]] std::int64_t paid() const;
};

struct RawData {
    std::vector<RawOrder> orders;  ///< ascending by id, each once

    bool operator==(const RawData&) const = default;
};

}  // namespace sluice::commerce
