#include "deliver/pull/lease_desk.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::deliver::pull {

using dispatch::Failure;
using dispatch::FailureKind;

namespace {

Error refused_settlement(std::string why) {
    return Error{ErrorCode::kConflict, std::move(why)};
}

Error lease_is_over() {
    return refused_settlement(
        "the lease is over: its time has passed, its subject was taken back, or all of it was "
        "answered; pull again"
    );
}

}  // namespace

void LeaseDesk::offer(Offered run) {
    SLUICE_ASSERT(!run.positions.empty());
    const RunTicket ticket = run.ticket;
    const auto [at, is_new] = runs_.emplace(ticket, Run{std::move(run)});
    SLUICE_ASSERT(is_new);
    waiting_.push_back(ticket);
}

/// How many of the run's events fit; theirs are taken from `bytes`.
std::size_t LeaseDesk::portion(const Run& run, std::size_t events, std::size_t& bytes) {
    const std::size_t left = run.offered.positions.size() - run.handled;
    if (run.offered.bytes.empty()) return std::min(events, left);
    std::size_t count = 0;
    for (; count < std::min(events, left); ++count) {
        const std::size_t next = run.offered.bytes.at(run.handled + count);
        if (next > bytes) break;
        bytes -= next;
    }
    return count;
}

std::vector<Leased> LeaseDesk::lease(const Ask& ask, Instant now) {
    expire(now);
    std::vector<Leased> leased;
    std::size_t events = ask.events_max;
    std::size_t bytes = ask.bytes_max;
    while (events > 0 && !waiting_.empty()) {
        const RunTicket ticket = waiting_.front();
        Run& run = runs_.at(ticket);
        std::size_t count = portion(run, events, bytes);
        if (count == 0 && leased.empty()) {  // one event goes, however large, and nothing with it
            count = 1;
            bytes = 0;
        }
        if (count == 0) break;
        waiting_.pop_front();
        run.count = count;
        run.lease = std::exchange(next_lease_, next_lease_.next());
        run.until = now + ask.length;
        leases_.emplace(run.lease, ticket);
        ++counts_.leases;
        due_.emplace(run.until, run.lease);
        events -= count;
        const std::uint32_t attempt = run.handled == 0 ? run.offered.attempt : 1;
        leased.push_back(
            {run.lease, ticket, run.offered.subject, run.handled, run.count, attempt, run.until}
        );
    }
    return leased;
}

LeaseDesk::Runs::iterator LeaseDesk::run_of(LeaseId lease) {
    const auto found = leases_.find(lease);
    return found == leases_.end() ? runs_.end() : runs_.find(found->second);
}

Status LeaseDesk::settle(const Settlement& settlement, Instant now) {
    expire(now);
    Status taken = take(settlement);
    if (!taken) ++counts_.refused;
    return taken;
}

Status LeaseDesk::take(const Settlement& settlement) {
    const auto at = run_of(settlement.lease);
    if (at == runs_.end()) return lease_is_over();
    Run& run = at->second;
    const Position next = run.offered.positions[run.handled];
    if (settlement.position != next) {
        return refused_settlement(fmt::format(
            "position {} is not the next one of the lease, which is {}: events are answered in "
            "their order, each once",
            settlement.position.value,
            next.value
        ));
    }
    switch (settlement.word) {
        case Word::kDone: ++counts_.done; break;
        case Word::kRetry:
            ++counts_.retry;
            end_run(at, Failure{FailureKind::kRetry, settlement.reason, settlement.after, "asked"});
            return ok();
        case Word::kDead:
            ++counts_.dead;
            end_run(at, Failure{FailureKind::kDead, settlement.reason, {}, "rejected"});
            return ok();
        case Word::kReturn:
            ++counts_.returned;
            end_lease(run);
            waiting_.push_front(at->first);
            return ok();
    }
    ++run.handled;
    if (--run.count > 0) return ok();
    if (run.handled == run.offered.positions.size()) {
        end_run(at, std::nullopt);
        return ok();
    }
    end_lease(run);
    waiting_.push_back(at->first);
    return ok();
}

Status LeaseDesk::extend(LeaseId lease, Milliseconds length, Instant now) {
    expire(now);
    const auto at = run_of(lease);
    if (at == runs_.end()) return lease_is_over();
    Run& run = at->second;
    due_.erase({run.until, lease});
    run.until = now + length;
    due_.emplace(run.until, lease);
    return ok();
}

void LeaseDesk::expire(Instant now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        ++counts_.expired;
        end_run(
            run_of(due_.begin()->second),
            Failure{
                FailureKind::kRetry, "its lease was over before it was answered", {}, "no-answer"}
        );
    }
}

void LeaseDesk::drain() {
    while (!waiting_.empty()) {
        end_run(
            runs_.find(waiting_.front()),
            Failure{FailureKind::kNotTried, "nobody has pulled it", {}}
        );
    }
}

void LeaseDesk::abandon() {
    while (!runs_.empty()) {
        end_run(
            runs_.begin(), Failure{FailureKind::kNotTried, "taken back from those who pull", {}}
        );
    }
}

std::optional<Instant> LeaseDesk::next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

void LeaseDesk::end_lease(const Run& run) {
    due_.erase({run.until, run.lease});
    leases_.erase(run.lease);
}

void LeaseDesk::end_run(Runs::iterator at, std::optional<Failure> failure) {
    SLUICE_ASSERT(at != runs_.end());
    if (leases_.contains(at->second.lease)) {
        end_lease(at->second);
    } else {
        std::erase(waiting_, at->first);
    }
    ended_.push_back({at->first, {at->second.handled, std::move(failure)}});
    runs_.erase(at);
}

}  // namespace sluice::deliver::pull
