#include "commerce/generate/figures.hpp"
#include "commerce/generate/invent.hpp"

#include <algorithm>

namespace sluice::commerce {

namespace {

/// A few are asked for often, most rarely.
std::int64_t popular(std::int64_t count, Draw& draw) {
    return std::min({draw.below(count), draw.below(count), draw.below(count)});
}

bool without_items(RawStatus status, Draw& draw) {
    switch (status) {
        case RawStatus::kUnavailable: return draw.happens(figures::kNoItemsUnavailable, 1'000);
        case RawStatus::kCanceled: return draw.happens(figures::kNoItemsCanceled, 1'000);
        case RawStatus::kCreated: return draw.happens(figures::kNoItemsCreated, 1'000);
        case RawStatus::kApproved:
        case RawStatus::kProcessing:
        case RawStatus::kInvoiced:
        case RawStatus::kShipped:
        case RawStatus::kDelivered: return false;
    }
    return false;
}

RawItem new_product(const RawItem* before, std::uint64_t seed, Draw& draw) {
    RawItem item;
    item.product =
        invented_id(seed, "product", static_cast<std::uint64_t>(popular(figures::kProducts, draw)));
    const bool other_seller = before == nullptr || draw.happens(figures::kOtherSellerPercent, 100);
    item.seller =
        other_seller
            ? invented_id(
                  seed, "seller", static_cast<std::uint64_t>(popular(figures::kSellers, draw))
              )
            : before->seller;
    item.price = draw.from(figures::kPrice);
    if (draw.happens(2, 3))
        item.price = std::max<std::int64_t>(90, item.price - item.price % 100 - 10);  // 19.90
    item.freight = draw.from(figures::kFreight);
    return item;
}

}  // namespace

void invent_items(RawOrder& order, ItemKind kind, Draw& draw) {
    if (!kind.free_shipping && without_items(order.status, draw)) return;
    const auto count = static_cast<std::int64_t>(draw.weighted(figures::kItemWeights)) + 1;
    for (std::int64_t number = 1; number <= count; ++number) {
        const RawItem* before = order.items.empty() ? nullptr : &order.items.back();
        RawItem item = before != nullptr && draw.happens(figures::kSameProductPercent, 100)
                           ? *before
                           : new_product(before, kind.seed, draw);
        item.number = number;
        if (kind.free_shipping) item.freight = 0;
        order.items.push_back(std::move(item));
    }
}

}  // namespace sluice::commerce
