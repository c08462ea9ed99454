// Orders to databases, and what people ask for.

#include "transact/coordination.hpp"

#include <algorithm>

namespace sluice::transact {

using twophase::Action;
using twophase::Actions;
using twophase::TransactionId;

Actions Coordination::found(const std::string& database, std::span<const std::string> gids) {
    const std::lock_guard lock{mutex_};
    Actions actions;
    if (!coordinator_) return actions;
    coordinator_->found(database, gids, actions);
    std::erase_if(actions, [&](const Action& one) { return attended_.contains(one.id); });
    return actions;
}

Actions Coordination::found_own(const std::string& database, const twophase::Gid& gid) {
    const std::lock_guard lock{mutex_};
    Actions actions;
    if (!coordinator_) return actions;
    const std::string text = twophase::to_string(gid);
    coordinator_->found(database, {&text, 1}, actions);
    return actions;
}

void Coordination::finished(const Action& order) {
    const std::lock_guard lock{mutex_};
    if (!coordinator_) return;
    Actions actions;
    coordinator_->finished(order.id, order.branch, actions);
    absorb(std::move(actions), std::nullopt);
}

void Coordination::failed(const Action& order, const std::string& reason) {
    const std::lock_guard lock{mutex_};
    if (coordinator_) coordinator_->failed(order.id, order.branch, reason);
}

void Coordination::tick() {
    if (!ensure_open()) return;
    bool ended = false;
    {
        const std::lock_guard lock{mutex_};
        if (!coordinator_) return;
        Actions actions;
        coordinator_->tick(parts_.clock.now(), actions);
        absorb(std::move(actions), std::nullopt);
        ended = !ended_.empty();
    }
    if (!ended) return;
    const std::lock_guard writing{log_mutex_};
    if (const Status written = write_waiting(); !written) reopen(written.error());
}

Actions Coordination::take_orders(const std::string& database) {
    const std::lock_guard lock{mutex_};
    return std::exchange(orders_[database], {});
}

void Coordination::wait(
    const std::stop_token& stop, const std::string& database, Milliseconds patience
) {
    std::unique_lock lock{mutex_};
    if (const auto due = coordinator_ ? coordinator_->due() : std::nullopt) {
        patience = std::clamp(*due - parts_.clock.now(), Milliseconds{1}, patience);
    }
    const std::uint64_t rung = rings_;
    changed_.wait_for(lock, stop, patience, [&] {
        return rings_ != rung || !orders_[database].empty();
    });
}

std::vector<twophase::Transaction> Coordination::open_transactions() const {
    const std::lock_guard lock{mutex_};
    std::vector<twophase::Transaction> all;
    if (!coordinator_) return all;
    for (const auto& [id, transaction] : coordinator_->open()) all.push_back(transaction);
    return all;
}

Status Coordination::settle(TransactionId id, std::uint32_t branch) {
    if (Status open = ensure_open(); !open) return open;
    const std::lock_guard writing{log_mutex_};
    std::vector<twophase::Decision> decided;
    {
        const std::lock_guard lock{mutex_};
        if (!coordinator_) return broken_;
        Actions actions;
        auto decision = coordinator_->settle(id, branch, actions);
        if (!decision) return decision.error();
        if (decision->has_value()) decided.push_back(**decision);
        absorb(std::move(actions), std::nullopt);
    }
    const Status written = log_->write(decided, {});
    if (!written) reopen(written.error());
    return written;
}

}  // namespace sluice::transact
