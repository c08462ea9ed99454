#include "commerce/chaos/early.hpp"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string_view>
#include <unordered_map>

namespace sluice::commerce {

namespace {

/// The numbers that have come, of one subject by source.
using Come = std::array<std::set<std::int32_t>, 3>;

bool has_come(const Come& come, Source source, std::int32_t number) {
    return come.at(static_cast<std::size_t>(source)).contains(number);
}

bool is_early(const Come& come, const Act& act) {
    const Source source = act.source();
    if (act.seq > 1 && !has_come(come, source, act.seq - 1)) return true;
    const Source stamped = source == Source::kOrders ? Source::kDeliveries : Source::kOrders;
    return act.depends_on != 0 && !has_come(come, stamped, act.depends_on);
}

bool enough(std::size_t early, std::size_t of) {
    return early * 100 >= of * 5;
}

}  // namespace

EarlyCounts count_early(const Publications& publications, std::span<const Delivery> deliveries) {
    std::unordered_map<std::string_view, Come> come_of;
    EarlyCounts counts;
    for (const Delivery& delivery : deliveries) {
        const Act* act = publications.act(delivery.publication);
        if (act == nullptr || delivery.duplicate || act->source() == Source::kReviews) continue;
        Come& come = come_of[publications.subject(delivery.publication)];
        const std::size_t early = is_early(come, *act) ? 1 : 0;
        come.at(static_cast<std::size_t>(act->source())).insert(act->seq);
        if (act->type == ActType::kCancelled) {
            ++counts.cancellations;
            counts.early_cancellations += early;
        }
        if (act->source() == Source::kDeliveries) {
            ++counts.deliveries;
            counts.early_deliveries += early;
        }
    }
    return counts;
}

Status check_early(const EarlyCounts& counts) {
    if (enough(counts.early_cancellations, counts.cancellations) &&
        enough(counts.early_deliveries, counts.deliveries)) {
        return ok();
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "too little chaos: {} of {} cancellations and {} of {} deliveries come before what "
            "they follow; "
            "at least 5 % of each needed",
            counts.early_cancellations,
            counts.cancellations,
            counts.early_deliveries,
            counts.deliveries
        )};
}

}  // namespace sluice::commerce
