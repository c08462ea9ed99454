#include "transact/carrier.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace sluice::transact {

using twophase::Action;
using twophase::ActionKind;
using twophase::Actions;

void Carrier::look() {
    coordination_.tick();
    visit(true);
    coordination_.tick();
}

void Carrier::run(const std::stop_token& stop, Milliseconds look_every) {
    using Time = std::chrono::steady_clock;
    Time::time_point next_look = Time::now();
    while (!stop.stop_requested()) {
        coordination_.tick();
        const bool due = Time::now() >= next_look;
        visit(due);
        if (due) next_look = Time::now() + look_every;
        const auto rest =
            std::chrono::duration_cast<Milliseconds>(next_look - Time::now()) + Milliseconds{1};
        coordination_.wait(stop, database_, std::max(rest, Milliseconds{1}));
    }
}

/// Looks, or only carries out what waits.
void Carrier::visit(bool to_look) {
    Actions orders = coordination_.take_orders(database_);
    if (!to_look && orders.empty()) return;
    auto session = pool_.take();
    if (!session) {
        for (const Action& order : orders) coordination_.failed(order, session.error().message);
        note(session.error().message, orders.size());
        return;
    }
    try {
        if (to_look) {
            std::vector<std::string> gids;
            for (store::PreparedBranch& one : session.value()->prepared()) {
                gids.push_back(std::move(one.gid));
            }
            for (Action& order : coordination_.found(database_, gids)) {
                orders.push_back(std::move(order));
            }
        }
        carry_out(*session.value(), orders);
    } catch (const SqlError& error) {  // the listing's: orders come again when they are due
        note(error.what(), orders.size());
    }
    pool_.give_back(std::move(session).value());
}

void Carrier::carry_out(store::BranchSession& session, const Actions& orders) {
    std::uint64_t left = 0;
    for (const Action& order : orders) {
        if (!carry_out(session, order)) ++left;
    }
    if (left == 0) note("", 0);
    const std::lock_guard lock{mutex_};
    carried_.left = left;
}

bool Carrier::carry_out(store::BranchSession& session, const Action& order) {
    const std::string name = twophase::to_string(twophase::Gid{
        coordination_.options().coordinator, order.id, order.branch});
    const bool commits = order.kind == ActionKind::kCommitPrepared;
    try {
        const bool was_there =
            commits ? session.commit_prepared(name) : session.rollback_prepared(name);
        coordination_.finished(order);
        const std::lock_guard lock{mutex_};
        if (was_there) ++(commits ? carried_.committed : carried_.rolled_back);
        return true;
    } catch (const SqlError& error) {
        coordination_.failed(order, error.what());
        note(error.what(), 1);
        return false;
    }
}

void Carrier::note(std::string problem, std::uint64_t left) {
    const std::lock_guard lock{mutex_};
    carried_.problem = std::move(problem);
    carried_.left = left;
}

Carried Carrier::carried() const {
    const std::lock_guard lock{mutex_};
    return carried_;
}

}  // namespace sluice::transact
