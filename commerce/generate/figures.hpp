#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/generate/draw.hpp"

#include <array>
#include <cstdint>

/// Shares and quantiles of the real data, rounded; nothing here is a row or rebuilds one. Weights
/// are counts, amounts are minor units, times are seconds.
namespace sluice::commerce::figures {

inline constexpr std::array kStatuses{
    RawStatus::kDelivered,
    RawStatus::kShipped,
    RawStatus::kCanceled,
    RawStatus::kUnavailable,
    RawStatus::kInvoiced,
    RawStatus::kProcessing,
    RawStatus::kCreated,
    RawStatus::kApproved};
inline constexpr std::array<std::int64_t, 8> kStatusWeights{
    96'480, 1'110, 625, 610, 315, 300, 5, 2};

/// Of 1,000 orders of a status, how many have no item.
inline constexpr std::int64_t kNoItemsUnavailable = 990;
inline constexpr std::int64_t kNoItemsCanceled = 262;
inline constexpr std::int64_t kNoItemsCreated = 1'000;

/// Orders with 1, 2, 3 … items.
inline constexpr std::array<std::int64_t, 15> kItemWeights{
    88'860, 7'520, 1'320, 505, 204, 198, 22, 8, 4, 8, 4, 5, 1, 2, 2};
inline constexpr std::int64_t kSameProductPercent =
    72;  ///< a further item is another piece of the same
inline constexpr std::int64_t kOtherSellerPercent = 44;  ///< a further product is another seller's
inline constexpr std::int64_t kSellers = 3'200;
inline constexpr std::int64_t kProducts = 33'000;
inline constexpr std::int64_t kFreeShippingEvery = 200;  ///< one order in so many

inline constexpr std::array<Quantile, 15> kPrice{{
    {0, 100},
    {50, 1'700},
    {100, 2'380},
    {200, 3'490},
    {300, 4'750},
    {400, 5'900},
    {500, 7'500},
    {600, 9'500},
    {700, 12'000},
    {800, 15'000},
    {850, 18'000},
    {900, 23'000},
    {950, 35'000},
    {990, 89'000},
    {1'000, 300'000},
}};
inline constexpr std::array<Quantile, 11> kFreight{{
    {0, 100},
    {50, 780},
    {100, 870},
    {200, 1'210},
    {400, 1'510},
    {600, 1'790},
    {800, 2'330},
    {900, 3'400},
    {950, 4'500},
    {990, 8'450},
    {1'000, 30'000},
}};

/// What is paid by: card, boleto, voucher alone, debit card, card and voucher.
enum class Pays : std::uint8_t { kCard, kBoleto, kVoucher, kDebit, kCardAndVoucher };
inline constexpr std::array<std::int64_t, 5> kPayWeights{74'260, 19'780, 1'620, 1'530, 2'250};
inline constexpr std::int64_t kMoreVouchersPercent = 28;  ///< after each voucher, another one
inline constexpr std::int64_t kPaymentsMax = 29;
inline constexpr std::int64_t kNoPaymentIn = 50'000;   ///< one order in so many is not paid
inline constexpr std::int64_t kMismatchPer10000 = 58;  ///< payments differ from price + freight
inline constexpr std::array<Quantile, 6> kMismatch{
    {{0, -5'000}, {10, -2}, {350, 0}, {600, 2}, {900, 1'600}, {1'000, 12'000}}};
inline constexpr std::array<Quantile, 5> kPaidWithoutItems{
    {{0, 3'000}, {250, 7'400}, {500, 11'000}, {900, 32'000}, {1'000, 150'000}}};

/// Purchases per month, from September 2016 on.
inline constexpr std::array<std::int64_t, 26> kMonthWeights{
    4,     320,   0,     1,     800,   1'780, 2'680, 2'400, 3'700, 3'250, 4'030, 4'330, 4'290,
    4'630, 7'540, 5'670, 7'270, 6'730, 7'210, 6'940, 6'870, 6'170, 6'290, 6'510, 16,    4};
inline constexpr std::size_t kBusyMonth = 14;  ///< November 2017
inline constexpr std::int64_t kBusyDay = 24;   ///< of it
inline constexpr std::int64_t kBusyDayPermille =
    130;  ///< of its purchases, beyond the day's own share
inline constexpr std::array<std::int64_t, 24> kHourWeights{
    48, 11, 5, 3, 2, 2, 5, 12, 29, 47, 60, 64, 58, 64, 64, 63, 65, 60, 56, 58, 60, 61, 57, 40};
inline constexpr std::int64_t kPurchaseDayOnlyPermille = 25;
inline constexpr std::int64_t kDeliveredDayOnlyPermille = 735;
inline constexpr std::int64_t kHandedOverBeforeApprovalPermille = 14;

inline constexpr std::array<Quantile, 14> kApproval{{
    {0, 30},
    {50, 520},
    {250, 780},
    {500, 1'240},
    {550, 1'600},
    {600, 2'600},
    {650, 5'500},
    {700, 34'000},
    {800, 80'000},
    {850, 95'000},
    {900, 126'000},
    {950, 179'000},
    {990, 325'000},
    {1'000, 1'500'000},
}};
inline constexpr std::array<Quantile, 9> kHandOver{{
    {0, 3'600},
    {50, 21'000},
    {100, 39'000},
    {250, 75'000},
    {500, 157'000},
    {750, 309'000},
    {900, 518'000},
    {990, 1'480'000},
    {1'000, 4'000'000},
}};
inline constexpr std::array<Quantile, 9> kTransport{{
    {0, 3'600},
    {50, 39'000},
    {100, 112'000},
    {250, 301'000},
    {500, 560'000},
    {750, 986'000},
    {900, 1'580'000},
    {990, 3'480'000},
    {1'000, 12'000'000},
}};
inline constexpr std::array<Quantile, 7> kEstimate{{
    {0, 200'000},
    {50, 906'000},
    {250, 1'580'000},
    {500, 2'010'000},
    {900, 2'970'000},
    {990, 4'360'000},
    {1'000, 9'000'000},
}};

inline constexpr std::int64_t kReviewPermille = 134;
inline constexpr std::int64_t kSecondReviewPermille = 3;  ///< of those with one
inline constexpr std::int64_t kSharedReviewIdPermille = 2;
inline constexpr std::array<std::int64_t, 5> kScoreWeights{
    1'510, 430, 1'130, 2'530, 7'810};  ///< 1 to 5
inline constexpr std::array<Quantile, 5> kReviewAfterDays{
    {{0, 1}, {100, 4}, {500, 11}, {900, 25}, {1'000, 200}}};
inline constexpr std::array<Quantile, 4> kAnswer{
    {{0, 9'000}, {500, 145'000}, {900, 418'000}, {1'000, 5'000'000}}};
inline constexpr std::int64_t kRepeatedMemberPermille =
    34;  ///< orders of a member who ordered before

}  // namespace sluice::commerce::figures
