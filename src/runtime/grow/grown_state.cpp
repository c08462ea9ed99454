#include "runtime/grow/grown_state.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::chrono::seconds kJoinPatience{60};
constexpr std::chrono::minutes kStorePatience{30};  // tens of gigabytes of histories
constexpr std::chrono::milliseconds kStorePause{20};

Status wait_for_all(
    const log::Log& log,
    const log::Membership& membership,
    const std::string& group,
    std::size_t all
) {
    const auto deadline = std::chrono::steady_clock::now() + kJoinPatience;
    for (std::uint64_t seen = log.version(); membership.share().homes.size() != all;) {
        if (std::chrono::steady_clock::now() > deadline) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("group {}: its homes are not all here", group)};
        }
        log.wait_for_change(seen, kStorePause);
        seen = log.version();
    }
    return ok();
}

}  // namespace

Result<GrownState> GrownState::open(
    log::Log& log, const log::GroupSpec& group, std::uint32_t homes
) {
    GrownState made{log, group.name};
    auto joined = log.join(group);
    if (!joined) return joined.error();
    made.membership_ = std::move(joined.value());
    const Status here = wait_for_all(log, *made.membership_, group.name, homes);
    if (!here) return here.error();
    std::vector<HomeId> all;
    for (HomeId home{0}; home.value < homes; home = home.next()) all.push_back(home);
    auto lease = log.take(group.name, std::move(all));
    if (!lease) return lease.error();
    made.lease_ = std::move(lease.value());
    return made;
}

Status GrownState::put(HomeId home, log::Table table, std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    step_.changes.push_back({home, table, std::move(key), std::move(value)});
    return bytes_ < kBytesMax ? ok() : flush();
}

Status GrownState::consumed(HomeId home, log::PartitionRef from, Offset next) {
    bytes_ += from.topic.size();
    step_.consumed.push_back({home, std::move(from), next});
    return bytes_ < kBytesMax ? ok() : flush();
}

Status GrownState::folded(HomeId home, log::PartitionRef from, Offset next) {
    folded_.emplace_back(from, next);
    step_.consumed.push_back({home, std::move(from), next, /*folded=*/true});
    return ok();
}

Result<bool> GrownState::is_stored() const {
    for (const auto& [from, next] : folded_) {
        const auto stored = log_->consumed_by(group_, from);
        if (!stored) return stored.error();
        if (stored.value().value_or(Offset{0}) < next) return false;
    }
    return true;
}

/// Where a fold lies on one machine until it is packed for all, a step of nothing says when it is.
Status GrownState::finish() {
    if (Status written = flush(); !written) return written;
    const auto deadline = std::chrono::steady_clock::now() + kStorePatience;
    while (true) {
        const auto stored = is_stored();
        if (!stored) return stored.error();
        if (stored.value()) return ok();
        if (std::chrono::steady_clock::now() > deadline) {
            return Error{
                ErrorCode::kUnavailable, fmt::format("group {}: its folds are not stored", group_)};
        }
        log_->wait_for_change(log_->version(), kStorePause);
        log::Step nothing;
        nothing.homes.assign(lease_->homes().begin(), lease_->homes().end());
        if (const auto held = lease_->commit(std::move(nothing)); !held) return held.error();
    }
}

Status GrownState::flush() {
    bytes_ = 0;
    log::Step step = std::exchange(step_, {});
    if (step.empty()) return ok();
    step.homes.assign(lease_->homes().begin(), lease_->homes().end());
    const auto written = lease_->commit(std::move(step));
    return written ? ok() : Status{written.error()};
}

Status visit_table(
    const log::Log& log,
    const std::string& group,
    HomeId home,
    log::Table table,
    const std::function<Status(const std::string& key, std::string value)>& visit
) {
    constexpr std::size_t kPage = 64;  // entries may be a megabyte each
    for (std::string from;;) {
        auto page = log.peek(group, home, table, from, kPage);
        if (!page) return page.error();
        const bool more = page.value().size() == kPage;
        if (more) from = page.value().back().first + '\0';  // the key next to it
        for (auto& [key, value] : page.value()) {
            if (Status visited = visit(key, std::move(value)); !visited) return visited;
        }
        if (!more) return ok();
    }
}

}  // namespace sluice::runtime
