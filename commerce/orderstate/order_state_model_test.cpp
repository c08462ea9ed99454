#include "base/test_seed.hpp"
#include "commerce/events/envelope.hpp"
#include "commerce/orderstate/order_state.hpp"
#include "commerce/orderstate/test_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

/// The formulas of read-models.md, written down as they stand there: everything from the list of
/// events, nothing kept.
struct Reference {
    OrderPlaced placed;
    OrderPaid paid;
    std::map<UnitRef, Fate> fates;
    std::int64_t nominal{};
    std::int64_t due_total{};  ///< T
    std::map<std::int64_t, Tenders> due_by_event;
    Tenders done;

    [[nodiscard]] bool seller_has(const std::string& seller, Fate fate) const {
        return std::any_of(placed.units.begin(), placed.units.end(), [&](const PlacedUnit& unit) {
            return unit.seller == seller && fates.at(unit.ref()) == fate;
        });
    }

    [[nodiscard]] Tenders split(std::int64_t total) const {
        const std::int64_t card = std::min(total, paid.card);
        return {card, total - card};
    }

    void units_leave(
        const std::vector<UnitRef>& refs, Fate fate, std::int64_t fee, bool seller_fault
    ) {
        std::set<std::string> sellers;
        for (const PlacedUnit& unit : placed.units) {
            if (std::find(refs.begin(), refs.end(), unit.ref()) == refs.end()) continue;
            fates[unit.ref()] = fate;
            nominal += unit.net;
            sellers.insert(unit.seller);
        }
        for (const Shipping& entry : placed.shipping) {
            if (!sellers.contains(entry.seller) || seller_has(entry.seller, Fate::kOpen)) continue;
            const bool unsent =
                fate == Fate::kCancelled && !seller_has(entry.seller, Fate::kReturned);
            if (unsent || seller_fault) nominal += entry.amount;
        }
        nominal -= fee;
    }

    void after(std::int64_t sequence) {
        const bool all_cancelled = std::all_of(fates.begin(), fates.end(), [](const auto& entry) {
            return entry.second == Fate::kCancelled;
        });
        const std::int64_t total = all_cancelled ? paid.captured : std::min(paid.captured, nominal);
        if (total != due_total) due_by_event[sequence] = split(total) - split(due_total);
        due_total = total;
    }
};

/// Feeds the event to both and answers what the state said of it.
Change feed(const Event& event, OrderState& state, Reference& reference) {
    const std::int64_t number = read_envelope(event)->sequence;
    const std::string& data = *event.data;
    Change change;
    if (event.type == type::kOrderPlaced) {
        reference.placed = decode<OrderPlaced>(data).value();
        for (const PlacedUnit& unit : reference.placed.units)
            reference.fates[unit.ref()] = Fate::kOpen;
        state = OrderState{reference.placed};
    } else if (event.type == type::kOrderPaid) {
        reference.paid = decode<OrderPaid>(data).value();
        change = state.apply(reference.paid, number).value();
    } else if (event.type == type::kOrderCancelled) {
        const auto payload = decode<OrderCancelled>(data).value();
        reference.units_leave(payload.units, Fate::kCancelled, 0, false);
        change = state.apply(payload, number).value();
    } else if (event.type == type::kOrderReturned) {
        const auto payload = decode<OrderReturned>(data).value();
        reference.units_leave(
            payload.units, Fate::kReturned, payload.fee, payload.fault == "seller"
        );
        change = state.apply(payload, number).value();
    } else if (event.type == type::kOrderRefunded) {
        const auto payload = decode<OrderRefunded>(data).value();
        reference.done = reference.done + reference.due_by_event.at(payload.of);
        change = state.apply(payload, number).value();
    } else {
        return change;
    }
    reference.after(number);
    return change;
}

void agree(const OrderState& state, const Reference& reference) {
    ASSERT_EQ(state.claim(), reference.placed.due - reference.nominal);
    ASSERT_EQ(state.refunds_due(), reference.split(reference.due_total));
    ASSERT_EQ(state.refunds_done(), reference.done);
    ASSERT_EQ(state.kept(), reference.paid.captured - reference.due_total);
    for (const UnitState& unit : state.units()) ASSERT_EQ(unit.fate, reference.fates.at(unit.ref));
    ASSERT_LE(state.refunds_due().card, state.captured().card);
    ASSERT_LE(state.refunds_due().voucher, state.captured().voucher);
    ASSERT_EQ(OrderState::load(state.save()).value(), state);
}

TEST(OrderStateModel, FollowsTheFormulasOverRandomHistories) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const test::RandomHistory history{random, "o-" + std::to_string(round)};
        OrderState state;
        Reference reference;
        for (const Event& event : history.events()) {
            SCOPED_TRACE(event.id);
            const Tenders due_before = state.refunds_due();
            const Change change = feed(event, state, reference);
            agree(state, reference);
            ASSERT_EQ(state.refunds_due() - due_before, change.refund);
            ASSERT_GE(change.refund.card, 0);
            ASSERT_GE(change.refund.voucher, 0);
        }
    }
}

template <class Payload>
void must(OrderState& state, const Payload& event) {
    const auto change = state.apply(event, state.sequence() + 1);
    ASSERT_TRUE(change.has_value()) << change.error().message;
}

/// Cancels these units from the back in steps of random size; pays before step `pays_at`, or at the
/// end.
OrderState end_of(
    const OrderPlaced& placed,
    std::vector<UnitRef> units,
    std::size_t pays_at,
    std::mt19937_64& random
) {
    OrderState state{placed};
    const std::int64_t half = placed.due / 2;
    const OrderPaid payment{{}, half, half + 7, 2 * half + 7};
    for (std::size_t step = 0; !units.empty(); ++step) {
        if (step == pays_at) must(state, payment);
        const std::size_t size = 1 + random() % units.size();
        const auto first = units.end() - static_cast<std::ptrdiff_t>(size);
        std::vector<UnitRef> leaving{first, units.end()};
        std::sort(leaving.begin(), leaving.end());
        must(state, OrderCancelled{std::move(leaving), "member"});
        units.erase(first, units.end());
    }
    if (state.captured().total() == 0) must(state, payment);
    return state;
}

TEST(OrderStateModel, CancelledInAnyOrderAndAnyStepsTheEndIsTheSame) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 500; ++round) {
        const test::RandomHistory history{random, "o"};
        const auto placed = decode<OrderPlaced>(*history.events().front().data).value();
        std::vector<UnitRef> leaving;
        for (const PlacedUnit& unit : placed.units) {
            if (random() % 4 != 0) leaving.push_back(unit.ref());
        }
        const OrderState one = end_of(placed, leaving, 0, random);
        std::shuffle(leaving.begin(), leaving.end(), random);
        const OrderState other = end_of(placed, leaving, random() % 4, random);
        ASSERT_EQ(one.refunds_due(), other.refunds_due());
        ASSERT_EQ(one.claim(), other.claim());
        ASSERT_EQ(one.units(), other.units());
        ASSERT_EQ(one.sellers(), other.sellers());
    }
}

}  // namespace
}  // namespace sluice::commerce
