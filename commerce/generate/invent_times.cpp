#include "commerce/generate/figures.hpp"
#include "commerce/generate/invent.hpp"

#include <algorithm>
#include <tuple>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kLocalMidnight = std::int64_t{3} * 3'600;  // in UTC

UtcTime later(UtcTime time, std::int64_t seconds) {
    return UtcTime{time.seconds + seconds};
}

/// 00:00:00 of the local day, as files show a time known to the day only.
UtcTime day_only(UtcTime time) {
    const std::int64_t local = time.seconds - kLocalMidnight;
    return UtcTime{local - local % kDaySeconds + kLocalMidnight};
}

UtcTime purchase(Draw& draw) {
    using std::chrono::month;
    using std::chrono::months;
    using std::chrono::year;
    const std::size_t number = draw.weighted(figures::kMonthWeights);
    const auto month_of = year{2016} / month{9} + months{static_cast<int>(number)};
    const Day first = civil(month_of / 1);
    const std::int64_t days = next_month(first) - first;
    std::int64_t day = draw.below(days);
    if (number == figures::kBusyMonth && draw.happens(figures::kBusyDayPermille, 1'000))
        day = figures::kBusyDay - 1;
    const auto hour = static_cast<std::int64_t>(draw.weighted(figures::kHourWeights));
    const UtcTime time{
        (first.number + day) * kDaySeconds + hour * 3'600 + draw.below(3'600) + kLocalMidnight};
    return draw.happens(figures::kPurchaseDayOnlyPermille, 1'000) ? day_only(time) : time;
}

bool has_approval(RawStatus status, Draw& draw) {
    if (status == RawStatus::kCreated) return false;
    if (status == RawStatus::kCanceled) return draw.happens(775, 1'000);
    return !draw.happens(1, 7'000);
}

}  // namespace

void invent_times(RawOrder& order, Draw& draw) {
    order.purchased = purchase(draw);
    order.estimated = day_only(later(order.purchased, draw.from(figures::kEstimate)));
    if (has_approval(order.status, draw)) {
        order.approved = later(order.purchased, draw.from(figures::kApproval));
    }
    const bool delivered = order.status == RawStatus::kDelivered;
    const bool canceled_late = order.status == RawStatus::kCanceled && draw.happens(120, 1'000);
    if (!delivered && order.status != RawStatus::kShipped && !canceled_late) return;
    const UtcTime approved = order.approved.value_or(order.purchased);
    const std::int64_t wait = draw.happens(figures::kHandedOverBeforeApprovalPermille, 1'000)
                                  ? -draw.between(600, 10 * kDaySeconds)
                                  : draw.from(figures::kHandOver);
    const UtcTime handed_over = later(approved, wait);
    order.handed_over = handed_over;
    if (!delivered && !(canceled_late && draw.happens(80, 1'000))) return;
    const UtcTime arrived = later(handed_over, draw.from(figures::kTransport));
    order.delivered =
        draw.happens(figures::kDeliveredDayOnlyPermille, 1'000) ? day_only(arrived) : arrived;
    if (draw.happens(1, 10'000)) order.handed_over.reset();
    if (draw.happens(1, 10'000)) order.delivered.reset();
}

void invent_reviews(RawOrder& order, std::uint64_t seed, std::uint64_t number, Draw& draw) {
    if (!draw.happens(figures::kReviewPermille, 1'000)) return;
    const int count = draw.happens(figures::kSecondReviewPermille, 1'000) ? 2 : 1;
    for (int i = 0; i < count; ++i) {
        const std::int64_t days = draw.from(figures::kReviewAfterDays);
        RawReview review;
        review.id = draw.happens(figures::kSharedReviewIdPermille, 1'000)
                        ? invented_id(seed, "shared review", number / 5'000)
                        : invented_id(seed, i == 0 ? "review" : "second review", number);
        review.score = static_cast<std::int64_t>(draw.weighted(figures::kScoreWeights)) + 1;
        review.created = day_only(later(order.purchased, days * kDaySeconds));
        review.answered = later(review.created, draw.from(figures::kAnswer));
        order.reviews.push_back(std::move(review));
    }
    std::sort(
        order.reviews.begin(),
        order.reviews.end(),
        [](const RawReview& a, const RawReview& b) {
            return std::tie(a.created, a.id) < std::tie(b.created, b.id);
        }
    );
}

}  // namespace sluice::commerce
