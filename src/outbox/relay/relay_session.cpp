#include "outbox/relay/relay_session.hpp"

#include "base/point.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::outbox {

namespace {

// Deletions and leases need not wait for the disk: what a crash of the server forgets is sent
// again. A relay that stands still within a transaction holds nobody up for long. Plans walk along
// the primary key, however empty the table was when it was last analysed: any other one reads the
// whole backlog for a page of it.
constexpr std::string_view kSettings =
    "set synchronous_commit = off; set default_transaction_isolation = 'read committed'; "
    "set idle_in_transaction_session_timeout = '10s'; set plan_cache_mode = force_generic_plan; "
    "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; "
    "set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";
constexpr std::string_view kVersion = "select version from sluice_outbox_state";
constexpr std::int64_t kVersionKnown = 1;

}  // namespace

RelaySession::RelaySession(
    PgConnection connection,
    const RelayOptions& options,
    Sink& sink,
    RelayProbe& probe,
    const Relay::Notice& notice
)
    : options_{options},
      sink_{sink},
      probe_{probe},
      notice_{notice},
      connection_{std::move(connection)},
      leases_{connection_, options.lease},
      events_{connection_, options.page},
      window_{options.window, options.retry},
      pace_{options.pace} {
    ++probe_.connected;
}

RelaySession::~RelaySession() {
    probe_.slots -= static_cast<std::int64_t>(slots_.size());
    probe_.fenced -= fenced_told_;
    --probe_.connected;
}

Status RelaySession::begin() {
    if (Status set = connection_.run_script(std::string{kSettings}); !set) return set;
    const auto version = connection_.run(kVersion);
    if (!version) return version.error();
    if (version->size() != 1 || version->number(0, 0) != kVersionKnown) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "the outbox's tables are not of version {}: another `sluice` made them",
                kVersionKnown
            )};
    }
    return leases_.join(options_.name);
}

Status RelaySession::run(const StopBell& stop) {
    if (Status begun = begin(); !begun) return begun;
    while (!stop.rung()) {
        const Instant now = steady_now();
        if (now >= next_beat_) {
            if (Status beaten = beat(now); !beaten) return beaten;
        }
        const auto found = look();
        if (!found) return found.error();
        if (*found) {
            if (!pace_.found(now)) continue;
            if (Status awake = leases_.set_asleep(false); !awake) return awake;
            continue;
        }
        if (Status rested = rest(stop); !rested) return rested;
    }
    return leases_.leave();
}

Status RelaySession::beat(Instant now) {
    next_beat_ = now + options_.beat;
    if (Status renewed = leases_.renew(); !renewed) return renewed;
    auto slots = leases_.share();
    if (!slots) return slots.error();
    have_slots(std::move(slots).value());
    const auto backlog = leases_.measure();
    if (!backlog) return backlog.error();
    probe_.pending = backlog->pending;
    probe_.parked = backlog->parked;
    probe_.oldest_s = backlog->oldest_s;
    probe_.full = backlog->full;
    return ok();
}

/// Nothing is in flight here: rows of slots that are another's now can be forgotten.
void RelaySession::have_slots(std::vector<Slot> slots) {
    for (const Slot slot : slots_) {
        if (!std::binary_search(slots.begin(), slots.end(), slot)) window_.drop(slot);
    }
    probe_.slots +=
        static_cast<std::int64_t>(slots.size()) - static_cast<std::int64_t>(slots_.size());
    slots_ = std::move(slots);
}

Result<bool> RelaySession::look() {
    const auto was_read = read();
    if (!was_read) return was_read.error();
    const auto sent = send();
    if (!sent) return sent.error();
    const auto fenced = static_cast<std::int64_t>(window_.fenced_lines());
    probe_.fenced += fenced - std::exchange(fenced_told_, fenced);
    return *was_read || *sent;
}

Result<bool> RelaySession::read() {
    if (slots_.empty() || !window_.has_room()) return false;
    const Instant now = steady_now();
    auto page = events_.read(slots_, window_.paused_domains(now));
    if (!page) return page.error();
    return window_.take(std::move(page).value(), now) > 0;
}

Result<bool> RelaySession::send() {
    auto batch = window_.next(steady_now());
    if (!batch) return false;
    ++probe_.requests;
    Outcome outcome = sink_.publish(*batch);
    SLUICE_POINT("outbox.sent");
    tell(outcome);
    const Landed landed = window_.landed(*std::move(batch), std::move(outcome), steady_now());
    if (const Status settled = settle(landed); !settled) return settled.error();
    SLUICE_POINT("outbox.settled");
    return true;
}

Status RelaySession::settle(const Landed& landed) {
    if (Status removed = events_.remove(landed.taken); !removed) return removed;
    if (Status parked = events_.park(leases_.id(), landed.refused); !parked) return parked;
    probe_.taken += landed.taken.size();
    probe_.refused += landed.refused.size();
    for (const Refused& one : landed.refused) {
        notice_(
            "an event was refused; its subject is parked",
            Error{
                ErrorCode::kInvalidEvent,
                fmt::format(
                    "domain {}, subject {}, number {}: {}",
                    one.key.line.domain,
                    one.key.line.subject,
                    one.key.place.number.value,
                    one.reason
                )}
        );
    }
    return ok();
}

void RelaySession::tell(const Outcome& outcome) {
    const auto* failure = std::get_if<Failure>(&outcome);
    const bool was_failing = std::exchange(failing_, failure != nullptr);
    if (failure == nullptr) return;
    ++probe_.failures;
    if (!was_failing) {
        notice_("nothing is taken; trying again", Error{ErrorCode::kUnavailable, failure->reason});
    }
}

Status RelaySession::rest(const StopBell& stop) {
    const Instant now = steady_now();
    const Pace::Rest rest = pace_.rest(now);
    if (rest.changed) return leases_.set_asleep(true);
    Milliseconds time = std::min(rest.time, next_beat_ - now);
    if (const auto due = window_.due()) time = std::min(time, *due - now);
    if (Status waited = connection_.wait(std::max(time, Milliseconds{1}), stop.descriptor());
        !waited) {
        return waited;
    }
    static_cast<void>(connection_.notifications());  // what they tell is that there is something
    return ok();
}

}  // namespace sluice::outbox
