#include "commerce/inquiry/history.hpp"

#include "commerce/orderstate/text.hpp"

namespace sluice::commerce::inquiry {

OrderView view_of(const OrderState& state, std::int64_t deliveries_seen) {
    const std::int64_t done = state.refunds_done().total();
    return OrderView{
        state.sequence(),
        deliveries_seen,
        state.count(Fate::kOpen),
        state.count(Fate::kCancelled),
        state.count(Fate::kReturned),
        state.claim(),
        state.captured().total(),
        state.refunds_due().total() - done,
        done};
}

std::string entry(const OrderView& view) {
    TextWriter out;
    out.number(view.sequence);
    out.number(view.deliveries_seen);
    out.number(view.units_open);
    out.number(view.units_cancelled);
    out.number(view.units_returned);
    out.number(view.claim);
    out.number(view.captured);
    out.number(view.refund_due);
    out.number(view.refund_done);
    return out.take();
}

std::string entry(const DeliveryStep& step) {
    TextWriter out;
    out.number(step.sequence);
    out.number(step.dispatched);
    out.number(step.delivered);
    return out.take();
}

std::vector<OrderView> read_views(std::string_view text) {
    std::vector<OrderView> views;
    TextReader in{text};
    while (in.ok() && !in.at_end()) {
        OrderView view;
        view.sequence = in.number();
        view.deliveries_seen = in.number();
        view.units_open = in.number();
        view.units_cancelled = in.number();
        view.units_returned = in.number();
        view.claim = in.number();
        view.captured = in.number();
        view.refund_due = in.number();
        view.refund_done = in.number();
        if (in.ok()) views.push_back(view);
    }
    return views;
}

std::vector<DeliveryStep> read_steps(std::string_view text) {
    std::vector<DeliveryStep> steps;
    TextReader in{text};
    while (in.ok() && !in.at_end()) {
        DeliveryStep step;
        step.sequence = in.number();
        step.dispatched = in.number();
        step.delivered = in.number();
        if (in.ok()) steps.push_back(step);
    }
    return steps;
}

std::optional<OrderView> view_at(const std::vector<OrderView>& views, std::int64_t sequence) {
    std::optional<OrderView> found;
    for (const OrderView& view : views) {
        const bool later = !found || view.sequence > found->sequence;
        if (view.sequence <= sequence && later) found = view;
    }
    return found;
}

DeliveryStep moved_until(const std::vector<DeliveryStep>& steps, std::int64_t sequence) {
    DeliveryStep sum{sequence, 0, 0};
    for (const DeliveryStep& step : steps) {
        if (step.sequence > sequence) continue;
        sum.dispatched += step.dispatched;
        sum.delivered += step.delivered;
    }
    return sum;
}

}  // namespace sluice::commerce::inquiry
