#include "outbox/relay/relay_fleet.hpp"

#include "base/assert.hpp"
#include "http/metrics.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::outbox {

RelayFleet::RelayFleet(
    const RelayOptions& options,
    std::size_t relays,
    const MakeSink& make_sink,
    const Relay::Notice& notice
)
    : notice_{[this, notice](std::string_view message, const Error& why) {
          const std::lock_guard lock{mutex_};
          notice(message, why);
      }} {
    SLUICE_ASSERT(relays > 0 && relays <= kRelaysMax);
    for (std::size_t number = 1; number <= relays; ++number) {
        RelayOptions own = options;
        own.name = fmt::format("{}/{}", options.name, number);
        relays_.push_back(std::make_unique<Relay>(std::move(own), make_sink(), probe_, notice_));
    }
    for (const auto& relay : relays_) {
        threads_.emplace_back([this, one = relay.get()] {
            const Status ended = one->run(stop_);
            if (ended) return;
            const std::lock_guard lock{mutex_};
            failures_.push_back(ended.error());
        });
    }
}

RelayFleet::~RelayFleet() {
    stop();
}

void RelayFleet::stop() noexcept {
    stop_.ring();
    threads_.clear();
}

Status RelayFleet::failure() const {
    const std::lock_guard lock{mutex_};
    if (failures_.empty()) return ok();
    return failures_.front();
}

http::Response RelayFleet::ready() const {
    const auto connected = static_cast<std::size_t>(probe_.connected.load());
    const bool all = connected == relays_.size();
    return {
        all ? 200 : 503,
        "text/plain; charset=utf-8",
        fmt::format("[{}]postgres {} of {} relays\n", all ? '+' : '-', connected, relays_.size())};
}

http::Response RelayFleet::metrics() const {
    http::Metrics page;
    const auto number = [](const auto& value) { return static_cast<double>(value.load()); };
    page.counter(
        "sluice_outbox_sent_total", "Events that were acknowledged.", number(probe_.taken)
    );
    page.counter(
        "sluice_outbox_refused_total",
        "Events refused, each of which parked its subject.",
        number(probe_.refused)
    );
    page.counter("sluice_outbox_requests_total", "Requests sent.", number(probe_.requests));
    page.counter(
        "sluice_outbox_request_failures_total",
        "Requests without an answer for each event: all of theirs are sent again.",
        number(probe_.failures)
    );
    page.counter(
        "sluice_outbox_sessions_lost_total",
        "Connections to the database, or leases, that ended unasked.",
        number(probe_.sessions_lost)
    );
    page.gauge(
        "sluice_outbox_connected", "Relays with a connection now.", number(probe_.connected)
    );
    page.gauge("sluice_outbox_slots", "Slots leased now, of 64.", number(probe_.slots));
    page.gauge(
        "sluice_outbox_fenced_subjects",
        "Subjects whose first event was not taken, and is sent again.",
        number(probe_.fenced)
    );
    page.gauge(
        "sluice_outbox_pending", "Events not acknowledged, as last counted.", number(probe_.pending)
    );
    page.gauge(
        "sluice_outbox_parked", "Subjects parked at a refused event.", number(probe_.parked)
    );
    page.gauge(
        "sluice_outbox_oldest_timestamp_seconds",
        "The time of the oldest event that is pending; 0: there is none.",
        number(probe_.oldest_s)
    );
    page.gauge(
        "sluice_outbox_full",
        "1: sluice_publish refuses, too much is pending.",
        probe_.full.load() ? 1.0 : 0.0
    );
    return page.response();
}

}  // namespace sluice::outbox
