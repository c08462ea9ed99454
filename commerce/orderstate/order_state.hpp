#pragma once

#include <sluice/result.hpp>

#include "commerce/events/payloads.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

/// Money by tender class.
struct Tenders {
    std::int64_t card{};
    std::int64_t voucher{};

    bool operator==(const Tenders&) const = default;

    [[nodiscard]] std::int64_t total() const { return card + voucher; }

    friend Tenders operator+(Tenders a, Tenders b) {
        return {a.card + b.card, a.voucher + b.voucher};
    }

    friend Tenders operator-(Tenders a, Tenders b) {
        return {a.card - b.card, a.voucher - b.voucher};
    }
};

enum class Fate : std::uint8_t { kOpen, kCancelled, kReturned };

/// A unit as placed, and what became of it.
struct UnitState {
    UnitRef ref;
    std::size_t seller{};    ///< place in OrderState::sellers
    std::size_t tax_code{};  ///< place in OrderState::tax_codes
    std::int64_t price{};
    std::int64_t platform{};
    std::int64_t net{};
    std::int64_t vat{};
    std::int64_t commission{};
    std::int64_t payable{};
    Fate fate{Fate::kOpen};

    bool operator==(const UnitState&) const = default;
};

struct SellerState {
    std::string id;
    std::int64_t shipping{};  ///< as placed
    bool shipping_refunded{false};

    bool operator==(const SellerState&) const = default;
};

/// What an order event made due, and whether it has left.
struct RefundState {
    std::int64_t sequence{};
    Tenders amount;
    bool done{false};

    bool operator==(const RefundState&) const = default;
};

/// What one event changed.
struct Change {
    std::vector<std::size_t> units;  ///< the event's, as places in OrderState::units
    std::vector<std::size_t>
        sellers;             ///< those whose shipping it refunds, as places in OrderState::sellers
    std::int64_t nominal{};  ///< R of the event
    Tenders refund;          ///< what it makes due: T after it less T before
};

/// An order after its events so far, as far as money and units go: the formulas of
/// docs/commerce/read-models.md, "Order state after order event k", with the same letters.
/// Feed it what your service subscribes to; each question needs only the events it speaks of.
/// Threads:  a value; one at a time.
/// Failure:  `apply` refuses an impossible event with a word of reasons.hpp as the error's message
///           (kConflict) and changes nothing.
class OrderState {
public:
    OrderState() = default;

    /// After `order.placed`; its units' sellers stand in its shipping, as decode and place see to.
    explicit OrderState(const OrderPlaced& event, std::int64_t sequence = 1);

    [[nodiscard]] Result<Change> apply(const OrderPaid& event, std::int64_t sequence);
    [[nodiscard]] Result<Change> apply(const OrderCancelled& event, std::int64_t sequence);
    [[nodiscard]] Result<Change> apply(const OrderReturned& event, std::int64_t sequence);
    [[nodiscard]] Result<Change> apply(const OrderRefunded& event, std::int64_t sequence);

    [[nodiscard]] const std::vector<UnitState>& units() const { return units_; }

    [[nodiscard]] const std::vector<SellerState>& sellers() const { return sellers_; }

    [[nodiscard]] const std::vector<std::string>& tax_codes() const { return tax_codes_; }

    /// Nothing if there is no such unit or seller.
    [[nodiscard]] const UnitState* find(UnitRef ref) const;
    [[nodiscard]] const SellerState* find(std::string_view seller) const;

    [[nodiscard]] std::int64_t count(Fate fate) const;

    /// Whether the seller at this place has an open unit.
    [[nodiscard]] bool keeps(std::size_t seller) const;

    [[nodiscard]] std::int64_t sequence() const { return sequence_; }  ///< of the last event

    [[nodiscard]] std::int64_t due() const { return due_; }

    [[nodiscard]] std::int64_t fees() const { return fees_; }

    [[nodiscard]] bool cancelled_once() const { return cancelled_once_; }

    [[nodiscard]] bool all_cancelled() const;  ///< A; true from the start without items

    [[nodiscard]] Tenders captured() const { return captured_; }  ///< C

    [[nodiscard]] Tenders refunds_due() const;   ///< T: due so far, done or not
    [[nodiscard]] Tenders refunds_done() const;  ///< D

    [[nodiscard]] std::int64_t claim() const { return due_ - nominal_; }

    [[nodiscard]] std::int64_t kept() const { return captured_.total() - refunds_due().total(); }

    [[nodiscard]] std::int64_t points(std::int64_t minor_per_point) const {
        return kept() / minor_per_point;
    }

    /// A compact printable text; `load` takes it back.
    [[nodiscard]] std::string save() const;

    /// Failure: kCorrupt.
    [[nodiscard]] static Result<OrderState> load(std::string_view text);

    bool operator==(const OrderState&) const = default;

private:
    /// The places of these units if all are there and open.
    [[nodiscard]] Result<std::vector<std::size_t>> open_units(const std::vector<UnitRef>& refs
    ) const;

    /// Gives the units their fate and refunds the shipping of sellers left without an open one.
    void settle(Change& change, Fate fate, bool refunds_shipping);

    /// Notes what the event made due, from T before it.
    void finish(Change& change, Tenders due_before, std::int64_t sequence);

    std::int64_t sequence_{};
    std::int64_t due_{};
    std::int64_t nominal_{};  ///< Σ R
    std::int64_t fees_{};
    Tenders captured_;
    bool paid_{false};
    bool cancelled_once_{false};
    std::vector<UnitState> units_;
    std::vector<SellerState> sellers_;
    std::vector<std::string> tax_codes_;
    std::vector<RefundState> refunds_;
};

}  // namespace sluice::commerce
