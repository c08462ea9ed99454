#include "commerce/apportionment/apportionment_service.hpp"

#include "commerce/money/money.hpp"
#include "commerce/orderstate/state_table.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace sluice::commerce {

namespace {

constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS apportionment_unit (order_id TEXT, line INTEGER, unit INTEGER,
  seller_id TEXT NOT NULL, product_id TEXT NOT NULL, gross INTEGER NOT NULL,
  platform INTEGER NOT NULL, seller_share INTEGER NOT NULL, net INTEGER NOT NULL,
  vat INTEGER NOT NULL, commission INTEGER NOT NULL, payable INTEGER NOT NULL,
  state TEXT NOT NULL, state_sequence INTEGER NOT NULL,
  PRIMARY KEY (order_id, line, unit));
CREATE TABLE IF NOT EXISTS apportionment_seller (order_id TEXT, seller_id TEXT,
  gross INTEGER NOT NULL, net INTEGER NOT NULL, shipping INTEGER NOT NULL, open_net INTEGER NOT NULL,
  open_payable INTEGER NOT NULL, open_shipping INTEGER NOT NULL, captured INTEGER NOT NULL,
  PRIMARY KEY (order_id, seller_id));
)sql";

constexpr std::string_view kInsertUnit =
    "INSERT INTO apportionment_unit (order_id, line, unit, seller_id, product_id, gross, platform, "
    "seller_share, net, vat, commission, payable, state, state_sequence) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)";

constexpr std::string_view kInsertSeller =
    "INSERT INTO apportionment_seller (order_id, seller_id, gross, net, shipping, open_net, "
    "open_payable, open_shipping, captured) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)";

constexpr std::string_view kUpdateUnit =
    "UPDATE apportionment_unit SET state = ?, state_sequence = ? "
    "WHERE order_id = ? AND line = ? AND unit = ?";

constexpr std::string_view kUpdateSeller =
    "UPDATE apportionment_seller SET open_net = ?, open_payable = ?, open_shipping = ? "
    "WHERE order_id = ? AND seller_id = ?";

constexpr std::string_view kCapture =
    "UPDATE apportionment_seller SET captured = ? WHERE order_id = ? AND seller_id = ?";

/// A seller's sums over the units of an order.
struct Sums {
    std::int64_t gross{};
    std::int64_t net{};
    std::int64_t open_net{};
    std::int64_t open_payable{};
};

Sums sums_of(const OrderState& state, std::size_t seller) {
    Sums sums;
    for (const UnitState& unit : state.units()) {
        if (unit.seller != seller) continue;
        sums.gross += unit.price;
        sums.net += unit.net;
        if (unit.fate != Fate::kOpen) continue;
        sums.open_net += unit.net;
        sums.open_payable += unit.payable;
    }
    return sums;
}

std::string fate_text(Fate fate) {
    switch (fate) {
        case Fate::kOpen: return "open";
        case Fate::kCancelled: return "cancelled";
        case Fate::kReturned: return "returned";
    }
    return {};
}

void write_placed(
    const Envelope& envelope, const OrderPlaced& event, const OrderState& state, Sql& sql
) {
    for (const PlacedUnit& unit : event.units) {
        sql.execute(
            kInsertUnit,
            {envelope.order,
             unit.line,
             unit.unit,
             unit.seller,
             unit.product,
             unit.price,
             unit.platform,
             unit.seller_share,
             unit.net,
             unit.vat,
             unit.commission,
             unit.payable,
             envelope.sequence}
        );
    }
    for (std::size_t i = 0; i < state.sellers().size(); ++i) {
        const SellerState& seller = state.sellers()[i];
        const Sums sums = sums_of(state, i);
        sql.execute(
            kInsertSeller,
            {envelope.order,
             seller.id,
             sums.gross,
             sums.net,
             seller.shipping,
             sums.net,
             sums.open_payable,
             seller.shipping}
        );
    }
}

/// What was captured, to the sellers by what was due to each as placed.
void write_paid(
    const Envelope& envelope, const OrderPaid& event, const Applied& applied, Sql& sql
) {
    const auto& sellers = applied.after.sellers();
    std::vector<std::int64_t> weights;
    for (std::size_t i = 0; i < sellers.size(); ++i) {
        weights.push_back(sums_of(applied.after, i).net + sellers[i].shipping);
    }
    const auto shares = apportion(event.captured, weights);
    for (std::size_t i = 0; i < sellers.size(); ++i) {
        sql.execute(kCapture, {shares[i], envelope.order, sellers[i].id});
    }
}

/// A cancellation or a return: its units' rows, and the rows of their sellers.
template <class Payload>
void write_units(const Envelope& envelope, const Payload&, const Applied& applied, Sql& sql) {
    const OrderState& state = applied.after;
    std::vector<std::size_t> touched;
    for (const std::size_t place : applied.change.units) {
        const UnitState& unit = state.units()[place];
        sql.execute(
            kUpdateUnit,
            {fate_text(unit.fate), envelope.sequence, envelope.order, unit.ref.line, unit.ref.unit}
        );
        const bool first = std::find(touched.begin(), touched.end(), unit.seller) == touched.end();
        if (first) touched.push_back(unit.seller);
    }
    for (const std::size_t place : touched) {
        const SellerState& seller = state.sellers()[place];
        const Sums sums = sums_of(state, place);
        const std::int64_t open_shipping = seller.shipping_refunded ? 0 : seller.shipping;
        sql.execute(
            kUpdateSeller,
            {sums.open_net, sums.open_payable, open_shipping, envelope.order, seller.id}
        );
    }
}

}  // namespace

Service make_apportionment_service(const Policy&) {
    Service service{"apportionment"};
    service.schema(std::string{kTables} + std::string{kStateTable});
    service.on(std::string{type::kOrderPlaced}, placed_handler(&write_placed));
    service.on(std::string{type::kOrderPaid}, state_handler<OrderPaid>(&write_paid));
    service.on(
        std::string{type::kOrderCancelled},
        state_handler<OrderCancelled>(&write_units<OrderCancelled>)
    );
    service.on(
        std::string{type::kOrderReturned}, state_handler<OrderReturned>(&write_units<OrderReturned>)
    );
    return service;
}

}  // namespace sluice::commerce
