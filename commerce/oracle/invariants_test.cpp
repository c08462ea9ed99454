// Random histories: what must hold in every order, whatever happened (docs/commerce/cases.md,
// "Invariants").
#include "base/test_seed.hpp"
#include "commerce/oracle/test_world.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace sluice::commerce::oracle::test {
namespace {

using Amounts = std::vector<std::int64_t>;

std::string major(std::int64_t minor) {
    return fmt::format("{}.{:02}", minor / 100, minor % 100);
}

/// The reference: largest remainder, ties to the lower place.
Amounts apportion(std::int64_t total, const Amounts& weights) {
    const std::int64_t all = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    Amounts shares(weights.size(), 0);
    if (all == 0) return shares;
    for (std::size_t i = 0; i < weights.size(); ++i) shares[i] = total * weights[i] / all;
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return total * weights[a] % all > total * weights[b] % all;
    });
    std::int64_t left = total - std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
    for (std::size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
    return shares;
}

struct Drawn {
    Amounts prices;  // one unit per line
    std::int64_t platform{0};
    std::int64_t seller{0};
};

/// Orders with random goods, discounts, tenders, steps of cancellation, parcels and returns.
class Histories {
public:
    explicit Histories(std::uint64_t seed) : random_{seed} {}

    Drawn add(World& world, const std::string& id) {
        Drawn drawn;
        Units open = goods(world, id, drawn);
        world.placed(next());
        const bool late = below(3) == 0;
        if (!late) world.paid(next());
        std::shuffle(open.begin(), open.end(), random_);
        for (; !open.empty() && below(2) == 0; open.pop_back()) {
            world.cancelled({open.back()}, next());
            if (!late && below(2) == 0) refund(world);
        }
        if (late) world.paid(next());
        for (const std::string seller : {"s0", "s1", "s2"}) send(world, seller, open);
        return drawn;
    }

private:
    std::int64_t below(std::int64_t n) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
    }

    std::string next() {
        const int day = static_cast<int>(++acts_ / 24 % 300);
        return fmt::format("2017-{:02}-{:02}T{:02}:00:00Z", 3 + day / 31, 1 + day % 28, acts_ % 24);
    }

    Units goods(World& world, const std::string& id, Drawn& drawn) {
        const int lines = static_cast<int>(below(7));
        for (int i = 0; i < lines; ++i) drawn.prices.push_back(below(5) == 0 ? 0 : below(10'000));
        std::int64_t total =
            std::accumulate(drawn.prices.begin(), drawn.prices.end(), std::int64_t{0});
        // Half the goods at most: no rounding makes a unit negative.
        if (total > 0 && below(2) == 0)
            drawn = {drawn.prices, below(total / 4 + 1), below(total / 4 + 1)};
        world.order(
            id, fmt::format("m{}", below(5)), fmt::format("C,{},{},0", drawn.platform, drawn.seller)
        );
        Units units;
        for (int line = 1; line <= lines; ++line) {
            const std::int64_t freight = below(3) == 0 ? 0 : below(900);
            total += freight;
            world.item(
                {.line = line,
                 .seller = fmt::format("s{}", line % 3),
                 .price = major(drawn.prices[static_cast<std::size_t>(line) - 1]),
                 .freight = major(freight),
                 .tax_bp = line % 2 == 0 ? 1800 : 700,
                 .commission_bp = static_cast<int>(1000 + 100 * below(9)),
                 .tax_code = line % 2 == 0 ? "standard" : "reduced"}
            );
            units.emplace_back(line, 1);
        }
        const std::int64_t voucher = below(total + 1);
        world.pay(major(voucher), "voucher").pay(major(total - voucher + 1 + below(3) * 100));
        return units;
    }

    void refund(World& world) { world.refunded(std::to_string(world.last("orders")), next()); }

    void send(World& world, const std::string& seller, const Units& open) {
        Units parcel;
        for (const auto& unit : open) {
            if (fmt::format("s{}", unit.first % 3) == seller) parcel.push_back(unit);
        }
        if (parcel.empty()) return;
        world.dispatched(seller, parcel, next()).completed(seller, parcel, next());
        for (; !parcel.empty() && below(2) == 0; parcel.pop_back()) {
            world.returned({parcel.back()}, below(2) == 0 ? "wish" : "seller", "0", next());
        }
    }

    std::mt19937_64 random_;
    std::int64_t acts_{0};
};

/// Each query returns the rows that break the rule.
struct Invariant {
    const char* rule;
    const char* sql;
};

constexpr Invariant kInvariants[] = {
    {"entries of each event sum to 0",
     "SELECT event_id FROM oracle_ledger_entry GROUP BY event_id HAVING SUM(amount) <> 0"},
    {"no unit is negative",
     "SELECT order_id FROM oracle_apportionment_unit WHERE net < 0 OR vat < 0"},
    {"buyer + platform = payable + commission + shipping",
     "SELECT h.order_id FROM oracle_order_head h JOIN oracle_apportionment_unit u USING (order_id)"
     " GROUP BY h.order_id HAVING h.due + h.platform_discount"
     " <> SUM(u.payable) + SUM(u.commission) + h.shipping"},
    {"refunds at most what was captured, per tender, and done at most what is due",
     "SELECT order_id FROM state WHERE due_card > card OR due_voucher > voucher OR kept < 0"
     " OR done_card > due_card OR done_voucher > due_voucher"},
    {"refunds due never fall",
     "SELECT order_id FROM (SELECT order_id, due_card + due_voucher - LAG(due_card + due_voucher, "
     "1, 0)"
     " OVER (PARTITION BY order_id ORDER BY seq) AS more FROM state) WHERE more < 0"},
    {"all cancelled: all goes back",
     "SELECT order_id FROM oracle_order_head WHERE units_cancelled = units"
     " AND refund_card + refund_voucher <> card + voucher"},
    {"accounts are what the order's state says",
     "SELECT order_id FROM oracle_order_head JOIN (SELECT order_id,"
     " SUM(amount * (account = 'cash')) AS cash, SUM(amount * (account = 'refunds_due')) AS owed,"
     " SUM(amount * (account = 'voucher_liability')) AS voucher_liability FROM oracle_ledger_entry"
     " GROUP BY order_id) USING (order_id) WHERE cash + voucher_liability <> card + voucher - "
     "refunded"
     " OR owed <> refunded - refund_card - refund_voucher"},
    {"seller payable is what is open",
     "SELECT order_id, seller_id FROM oracle_apportionment_seller s WHERE open_payable + "
     "open_shipping <>"
     " -(SELECT COALESCE(SUM(amount), 0) FROM oracle_ledger_entry l WHERE l.order_id = s.order_id"
     " AND l.account = 'seller_payable' AND l.party = s.seller_id)"},
    {"what was captured is apportioned whole",
     "SELECT order_id FROM oracle_apportionment_seller s JOIN oracle_order_head h USING (order_id)"
     " GROUP BY order_id HAVING SUM(s.captured) <> h.card + h.voucher AND h.due > 0"},
    {"sales at order are what is open",
     "SELECT order_id FROM (SELECT order_id, SUM(amount) AS sold FROM oracle_sales_entry"
     " WHERE policy = 'order' GROUP BY order_id) JOIN (SELECT order_id, SUM(open_net) AS net"
     " FROM oracle_apportionment_seller GROUP BY order_id) USING (order_id) WHERE sold <> net"},
    {"all policies end alike where everything open was delivered",
     "SELECT policy FROM oracle_sales_entry GROUP BY policy HAVING SUM(amount) <>"
     " (SELECT SUM(open_net) FROM oracle_apportionment_seller)"},
    {"documents add up to what is open",
     "SELECT order_id FROM oracle_tax_document GROUP BY order_id HAVING SUM(vat) <>"
     " (SELECT COALESCE(SUM(vat), 0) FROM oracle_apportionment_unit u"
     " WHERE u.order_id = oracle_tax_document.order_id AND state = 'open')"},
    {"what is paid out and carried is what was earned",
     "SELECT seller_id FROM oracle_settlement_payout GROUP BY seller_id HAVING MIN(paid) < 0"
     " OR MAX(carried_out) > 0 OR SUM(items) <> SUM(paid) + (SELECT carried_out FROM"
     " oracle_settlement_payout l WHERE l.seller_id = oracle_settlement_payout.seller_id"
     " ORDER BY day DESC LIMIT 1)"},
    {"points are those of what is kept",
     "SELECT s.order_id FROM state s LEFT JOIN (SELECT order_id, SUM(points) AS earned"
     " FROM oracle_benefits_points WHERE kind = 'earned' GROUP BY order_id) USING (order_id)"
     " WHERE is_last AND COALESCE(earned, 0) <> kept / 100"},
};

TEST(OracleInvariants, HoldInRandomHistories) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    World world;
    Histories histories{seed};
    std::map<std::string, Drawn> orders;
    for (int i = 0; i < 400; ++i) {
        const auto id = fmt::format("o{}", i);
        orders[id] = histories.add(world, id);
    }
    Answers answers{world};
    for (const auto& [rule, sql] : kInvariants) EXPECT_EQ(answers.rows(sql), "") << rule;
    for (const auto& [id, drawn] : orders) {
        const Amounts platform = apportion(drawn.platform, drawn.prices);
        const Amounts seller = apportion(drawn.seller, drawn.prices);
        std::string expected;
        for (std::size_t i = 0; i < platform.size(); ++i) {
            expected += fmt::format("{}{} {}", i > 0 ? "; " : "", platform[i], seller[i]);
        }
        ASSERT_EQ(
            answers.rows(
                "SELECT platform, seller_share FROM oracle_apportionment_unit WHERE order_id = '" +
                id + "' ORDER BY line"
            ),
            expected
        ) << id;
    }
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
