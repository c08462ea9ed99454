#pragma once

/// Why a service declares an event dead. Source: docs/commerce/events.md, "What a service does with
/// an impossible event".
namespace sluice::commerce::reason {

inline constexpr const char* kUnknownOrder = "unknown_order";
inline constexpr const char* kUnknownUnit = "unknown_unit";
inline constexpr const char* kUnitNotOpen = "unit_not_open";
inline constexpr const char* kNotDelivered = "not_delivered";
inline constexpr const char* kUnknownParcel = "unknown_parcel";
inline constexpr const char* kAlreadyPlaced = "already_placed";
inline constexpr const char* kAlreadyPaid = "already_paid";
inline constexpr const char* kAlreadyRefunded = "already_refunded";
inline constexpr const char* kAlreadyDispatched = "already_dispatched";
inline constexpr const char* kNothingToRefund = "nothing_to_refund";  ///< `of` made no refund due
inline constexpr const char* kRefundDiffers = "refund_differs";       ///< not what `of` made due
inline constexpr const char* kFeeTooHigh = "fee_too_high";            ///< beyond the units' net

}  // namespace sluice::commerce::reason
