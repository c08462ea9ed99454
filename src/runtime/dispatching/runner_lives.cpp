// What deleted subscriptions have left, and where new ones begin.

#include "base/point.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/dispatching/runner_session.hpp"
#include "runtime/domain/dispatch_tables.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sluice::runtime {

/// Its progress and its backlogs go, some at a time: a step has a limit.
Status RunnerSession::forget(const std::string& subscription, HomeId home) {
    constexpr std::size_t kAtOnce = 1'000;
    const std::string prefix = subscription_key(subscription);
    for (const log::Table table : table::kOfSubscriptions) {
        while (true) {
            auto found = lease_->scan(home, table, prefix, kAtOnce);
            if (!found) return found.error();
            log::Step step;
            for (auto& [key, value] : found.value()) {
                if (!key.starts_with(prefix)) break;
                step.changes.push_back({home, table, std::move(key), std::nullopt});
            }
            if (step.changes.empty()) break;
            step.homes = homes_;
            SLUICE_POINT("runner.forgetting");
            if (const auto written = lease_->commit(std::move(step)); !written) {
                return written.error();
            }
        }
    }
    return ok();
}

/// Whoever has the home does it, whenever it was deleted and whoever had the home then. A
/// subscription of sluice.yaml goes on where the one before it was: its name has one life again.
Status RunnerSession::take_away_the_gone(HomeId home) {
    std::vector<std::string> to_forget;
    const ScanTable scan = [&](log::Table from, std::string_view key, std::size_t limit) {
        return lease_->scan(home, from, key, limit);
    };
    const auto look = [&](std::string_view key, std::string_view value) -> Status {
        const auto life = decode_life(value);
        if (!life) return life.error().at("a subscription's life");
        const std::string name = subscription_of(key);
        const auto& all = context_.entries;
        const auto heir = std::find_if(all.begin(), all.end(), [&](const auto& entry) {
            return entry->subscription.name == name;
        });
        if (heir != all.end()) {
            const std::optional<std::uint64_t>& now = (*heir)->subscription.life;
            if (!now) opening_.push_back({home, table::kLives, std::string{key}, std::nullopt});
            if (now && *now != life.value()) to_forget.push_back(name);
            return ok();
        }
        const auto gone = context_.gone.find(name);
        if (gone != context_.gone.end() && life.value() <= gone->second) to_forget.push_back(name);
        return ok();
    };
    if (Status looked = scan_prefix(scan, table::kLives, "", look); !looked) return looked;
    for (const std::string& name : to_forget) {
        if (Status forgotten = forget(name, home); !forgotten) return forgotten;
    }
    return ok();
}

/// With the opening, before anything is read: what begins at an end would begin at a later one
/// after a takeover.
Status RunnerSession::keep_begin(
    const Subscription& subscription, HomeId home, const dispatch::Progress& progress
) {
    if (!subscription.life && !subscription.keeps_begin) return ok();
    const std::string key = subscription_key(subscription.name);
    const auto stored = lease_->get(home, table::kProgress, key);
    if (!stored) return stored.error();
    if (!stored.value()) {
        opening_.push_back({home, table::kProgress, key, dispatch::encode(progress)});
    }
    if (!subscription.life) return ok();
    const auto life = lease_->get(home, table::kLives, key);
    if (!life) return life.error();
    std::string now = encode_life(*subscription.life);
    if (life.value() != now) opening_.push_back({home, table::kLives, key, std::move(now)});
    return ok();
}

}  // namespace sluice::runtime
