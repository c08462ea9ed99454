#include "commerce/orderstate/placing.hpp"

#include "commerce/events/codec.hpp"
#include "commerce/money/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::int64_t kWholeBp = 10'000;

using Amounts = std::vector<std::int64_t>;
using Member = std::int64_t PlacedUnit::*;

Error refused(std::string what) {
    return Error{ErrorCode::kInvalidArgument, std::move(what)};
}

bool is_amount(std::int64_t value) {
    return value >= 0 && value <= kIntegerMax;
}

bool is_rate(std::int64_t value) {
    return value >= 0 && value <= kWholeBp;
}

std::int64_t sum(const std::vector<PlacedUnit>& units, Member member) {
    std::int64_t total = 0;
    for (const PlacedUnit& unit : units) total += unit.*member;
    return total;
}

Status check_unit(const PlacedUnit& unit) {
    const auto wrong = [&](std::string_view field) {
        return refused(fmt::format("unit [{},{}]: {} out of range", unit.line, unit.unit, field));
    };
    if (unit.line < 1 || unit.unit < 1) return wrong("number");
    if (!is_amount(unit.price)) return wrong("price");
    if (!is_rate(unit.tax_bp)) return wrong("tax_bp");
    if (!is_rate(unit.commission_bp)) return wrong("commission_bp");
    return ok();
}

/// The units in order, with what was chosen of them.
Result<std::vector<PlacedUnit>> chosen_units(const PlacingInput& input) {
    std::vector<PlacedUnit> units;
    units.reserve(input.units.size());
    for (const PlacingUnit& from : input.units) {
        PlacedUnit& unit = units.emplace_back();
        unit.line = from.ref.line;
        unit.unit = from.ref.unit;
        unit.seller = from.seller;
        unit.product = from.product;
        unit.price = from.price;
        unit.tax_code = from.tax_code;
        unit.tax_bp = from.tax_bp;
        unit.commission_bp = from.commission_bp;
        if (auto checked = check_unit(unit); !checked.has_value()) return checked.error();
    }
    const auto before = [](const PlacedUnit& a, const PlacedUnit& b) { return a.ref() < b.ref(); };
    std::sort(units.begin(), units.end(), before);
    for (std::size_t i = 1; i < units.size(); ++i) {
        if (units[i - 1].ref() == units[i].ref()) {
            return refused(fmt::format("unit [{},{}] given twice", units[i].line, units[i].unit));
        }
    }
    return units;
}

/// Where each line's units begin, and the end.
std::vector<std::size_t> line_starts(const std::vector<PlacedUnit>& units) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (i == 0 || units[i - 1].line != units[i].line) starts.push_back(i);
    }
    starts.push_back(units.size());
    return starts;
}

/// One bearer's discount: to lines by their gross, then to each line's units by their price.
void share_discount(std::vector<PlacedUnit>& units, std::int64_t discount, Member share) {
    const auto starts = line_starts(units);
    Amounts grosses;
    for (std::size_t line = 0; line + 1 < starts.size(); ++line) {
        std::int64_t& gross = grosses.emplace_back(0);
        for (std::size_t i = starts[line]; i < starts[line + 1]; ++i) gross += units[i].price;
    }
    const Amounts line_shares = apportion(discount, grosses);
    for (std::size_t line = 0; line + 1 < starts.size(); ++line) {
        Amounts prices;
        for (std::size_t i = starts[line]; i < starts[line + 1]; ++i)
            prices.push_back(units[i].price);
        const Amounts shares = apportion(line_shares[line], prices);
        for (std::size_t i = 0; i < shares.size(); ++i) units[starts[line] + i].*share = shares[i];
    }
}

/// VAT once per tax code, then to its units by their net.
Status share_vat(std::vector<PlacedUnit>& units) {
    std::map<std::string_view, std::vector<PlacedUnit*>> codes;
    for (PlacedUnit& unit : units) codes[unit.tax_code].push_back(&unit);
    for (const auto& [code, members] : codes) {
        const std::int64_t rate_bp = members.front()->tax_bp;
        Amounts nets;
        std::int64_t base = 0;
        for (const PlacedUnit* unit : members) {
            if (unit->tax_bp != rate_bp) {
                return refused(fmt::format("tax code '{}' has two rates", code));
            }
            nets.push_back(unit->net);
            base += unit->net;
        }
        const Amounts shares = apportion(half_up_product(base, rate_bp, kWholeBp + rate_bp), nets);
        for (std::size_t i = 0; i < shares.size(); ++i) members[i]->vat = shares[i];
    }
    return ok();
}

/// Per seller of the order, ascending by lowest line.
Result<std::vector<Shipping>> shipping_of(
    const PlacingInput& input, const std::vector<PlacedUnit>& units
) {
    std::vector<Shipping> shipping;
    const auto entry_of = [&](const std::string& seller) {
        return std::find_if(shipping.begin(), shipping.end(), [&](const Shipping& entry) {
            return entry.seller == seller;
        });
    };
    for (const PlacedUnit& unit : units) {
        if (entry_of(unit.seller) == shipping.end()) shipping.push_back({unit.seller, 0});
    }
    for (const Shipping& given : input.shipping) {
        const auto entry = entry_of(given.seller);
        if (entry == shipping.end()) {
            return refused(fmt::format("shipping of '{}', who sells nothing here", given.seller));
        }
        if (!is_amount(given.amount)) {
            return refused(fmt::format("shipping of '{}' out of range", given.seller));
        }
        entry->amount += given.amount;
    }
    return shipping;
}

Status freeze(OrderPlaced& order) {
    share_discount(order.units, order.platform_discount, &PlacedUnit::platform);
    share_discount(order.units, order.seller_discount, &PlacedUnit::seller_share);
    for (PlacedUnit& unit : order.units) {
        unit.net = unit.price - unit.platform - unit.seller_share;
        if (unit.net < 0) {
            return refused(
                fmt::format("unit [{},{}]: rounding exceeds its price", unit.line, unit.unit)
            );
        }
        const std::int64_t base = unit.price - unit.seller_share;
        unit.commission = half_up_product(base, unit.commission_bp, kWholeBp);
        unit.payable = base - unit.commission;
    }
    order.due = sum(order.units, &PlacedUnit::net);
    for (const Shipping& entry : order.shipping) order.due += entry.amount;
    return share_vat(order.units);
}

}  // namespace

Result<OrderPlaced> place(const PlacingInput& input) {
    auto units = chosen_units(input);
    if (!units.has_value()) return units.error();
    auto shipping = shipping_of(input, units.value());
    if (!shipping.has_value()) return shipping.error();
    OrderPlaced order{
        input.member,
        input.currency,
        input.coupon,
        input.points_used,
        input.platform_discount,
        input.seller_discount,
        std::move(shipping).value(),
        std::move(units).value(),
        0};
    if (!is_amount(order.platform_discount) || !is_amount(order.seller_discount) ||
        !is_amount(order.points_used)) {
        return refused("discount out of range");
    }
    const std::int64_t discount = order.platform_discount + order.seller_discount;
    const std::int64_t goods = sum(order.units, &PlacedUnit::price);
    if (discount > goods) {
        return refused(fmt::format("discount {} exceeds the goods {}", discount, goods));
    }
    if (auto frozen = freeze(order); !frozen.has_value()) return frozen.error();
    return order;
}

}  // namespace sluice::commerce
