#include "commerce/seedrule/choices.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sluice::commerce {

namespace {

/// An order that could be chosen, with the key that it is chosen by.
struct Eligible {
    std::pair<std::uint64_t, std::uint64_t> key;
    std::size_t order{};
};

void flag_first(Flags& flags, std::vector<Eligible> eligible, std::size_t count) {
    std::sort(eligible.begin(), eligible.end(), [](const Eligible& a, const Eligible& b) {
        return std::pair{a.key, a.order} < std::pair{b.key, b.order};
    });
    for (std::size_t i = 0; i < std::min(count, eligible.size()); ++i)
        flags[eligible[i].order] = true;
}

/// The `count` smallest hashes.
Flags smallest(
    const RawData& raw,
    const std::vector<std::size_t>& among,
    std::size_t count,
    const Chance& chance,
    std::string_view purpose
) {
    std::vector<Eligible> eligible;
    eligible.reserve(among.size());
    for (const std::size_t i : among)
        eligible.push_back({{chance.hash(raw.orders[i].id, purpose), 0}, i});
    Flags flags(raw.orders.size());
    flag_first(flags, std::move(eligible), count);
    return flags;
}

/// `per_10000` by chance, and never fewer than `at_least` (those that a higher chance would take
/// next).
Flags share(
    const RawData& raw,
    const std::vector<std::size_t>& among,
    int per_10000,
    std::size_t at_least,
    const Chance& chance,
    std::string_view purpose
) {
    std::vector<Eligible> eligible;
    eligible.reserve(among.size());
    std::size_t chosen = 0;
    for (const std::size_t i : among) {
        const std::uint64_t hash = chance.hash(raw.orders[i].id, purpose);
        const std::uint64_t roll = hash % 10'000;
        if (roll < static_cast<std::uint64_t>(per_10000)) ++chosen;
        eligible.push_back({{roll, hash}, i});
    }
    Flags flags(raw.orders.size());
    flag_first(flags, std::move(eligible), std::max(chosen, at_least));
    return flags;
}

template <class Holds>
std::vector<std::size_t> orders_where(const RawData& raw, Holds holds) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < raw.orders.size(); ++i) {
        if (holds(i, raw.orders[i])) found.push_back(i);
    }
    return found;
}

bool one_seller(const RawOrder& order) {
    return !order.items.empty() &&
           std::all_of(order.items.begin(), order.items.end(), [&order](const RawItem& item) {
               return item.seller == order.items.front().seller;
           });
}

bool may_cancel_in_steps(const RawOrder& order, std::size_t items) {
    return order.items.size() >= items &&
           (order.status == RawStatus::kDelivered || order.status == RawStatus::kShipped);
}

std::size_t percent_up(std::size_t of, std::size_t percent) {
    return (of * percent + 99) / 100;
}

constexpr std::size_t kManyItems = 3;

}  // namespace

std::size_t heavy_member_orders(std::size_t orders) {
    return std::min<std::size_t>(200, orders / 20);
}

std::size_t heavy_seller_orders(std::size_t orders) {
    return std::min<std::size_t>(10'000, orders / 8);
}

Flags choose_heavy_member(const RawData& raw, const Chance& chance) {
    const auto all = orders_where(raw, [](std::size_t, const RawOrder&) { return true; });
    return smallest(raw, all, heavy_member_orders(all.size()), chance, "member");
}

Flags choose_heavy_seller(const RawData& raw, const Chance& chance) {
    const auto single =
        orders_where(raw, [](std::size_t, const RawOrder& o) { return one_seller(o); });
    return smallest(raw, single, heavy_seller_orders(raw.orders.size()), chance, "seller");
}

bool discount_candidate(const RawOrder& order) {
    return !order.items.empty() && order.paid() == order.goods() + order.freight();
}

Flags choose_zero(const RawData& raw, const Chance& chance) {
    const auto free = orders_where(raw, [](std::size_t, const RawOrder& order) {
        return discount_candidate(order) && order.freight() == 0;
    });
    Flags flags = share(raw, free, 3'000, 0, chance, "zero");
    const Flags always = smallest(raw, free, 1, chance, "zero");
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = flags[i] || always[i];
    return flags;
}

Flags choose_discount(const RawData& raw, const Flags& zero, const Chance& chance) {
    const auto with_items =
        orders_where(raw, [](std::size_t, const RawOrder& o) { return !o.items.empty(); });
    const auto candidates = orders_where(raw, [&zero](std::size_t i, const RawOrder& order) {
        return discount_candidate(order) && !zero[i];
    });
    return share(raw, candidates, 3'000, percent_up(with_items.size(), 27), chance, "discount");
}

Flags choose_steps(const RawData& raw, const Chance& chance) {
    const auto large = orders_where(raw, [](std::size_t, const RawOrder& order) {
        return order.items.size() >= kManyItems;
    });
    const auto many = orders_where(raw, [](std::size_t, const RawOrder& order) {
        return may_cancel_in_steps(order, kManyItems);
    });
    const auto two = orders_where(raw, [](std::size_t, const RawOrder& order) {
        return may_cancel_in_steps(order, 2) && order.items.size() == 2;
    });
    Flags flags = share(raw, many, 2'000, percent_up(large.size(), 12), chance, "steps");
    const Flags of_two = share(raw, two, 300, 0, chance, "steps");
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = flags[i] || of_two[i];
    return flags;
}

Flags choose_late_payment(const RawData& raw, const Additions& added, const Chance& chance) {
    const auto eligible = orders_where(raw, [&added](std::size_t i, const RawOrder& order) {
        return order.status == RawStatus::kDelivered && order.items.size() == 1 &&
               order.paid() > added.orders[i].discount();
    });
    return share(raw, eligible, 50, raw.orders.size() / 1'000, chance, "latepay");
}

}  // namespace sluice::commerce
