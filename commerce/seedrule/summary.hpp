#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"

#include <cstdint>
#include <string>

namespace sluice::commerce {

/// Shares are asked for from so many orders up: of fewer a share is luck.
inline constexpr std::int64_t kSharesFrom = 1'000;

/// What the hard cases are worth: counted from the additions, whoever made them.
/// Source: docs/commerce/seed-rule.md, "Floors".
struct Summary {
    std::uint64_t seed{};
    std::int64_t orders{};
    std::int64_t orders_with_items{};
    std::int64_t large_orders{};           ///< with three or more items
    std::int64_t large_orders_stepwise{};  ///< of these, with two or more cancellations
    std::int64_t stepwise_cancellations{};
    std::int64_t discounted_orders{};
    std::int64_t platform_discounts{};  ///< borne by the platform alone
    std::int64_t seller_discounts{};    ///< by the seller alone
    std::int64_t shared_discounts{};
    std::int64_t returns{};  ///< acts
    std::int64_t returns_after_payout{};
    std::int64_t payments_after_cancellation{};
    std::int64_t zero_orders{};
    std::int64_t heavy_member_orders{};
    std::int64_t heavy_seller_orders{};

    bool operator==(const Summary&) const = default;
};

[[nodiscard]] Summary summarize(const RawData& raw, const Additions& additions);

/// Failure: kInvalidArgument naming every key below its floor, what it is and what it has to be.
[[nodiscard]] Status check_floors(const Summary& summary);

/// One JSON object; shares with four decimals.
[[nodiscard]] std::string to_json(const Summary& summary);

}  // namespace sluice::commerce
