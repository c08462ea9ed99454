#include "orchestrate/saga_session.hpp"
#include "orchestrate/saga_tables.hpp"
#include "saga/state_codec.hpp"

#include <algorithm>
#include <utility>

namespace sluice::orchestrate {

namespace {

constexpr std::size_t kPage = 500;

}  // namespace

Result<std::unique_ptr<SagaSession>> SagaSession::open(
    const Parts& parts, const SagaLimits& limits
) {
    if (Status made = parts.log.create_topic({std::string{kSagaTopic}, 1}); !made) {
        return made.error();
    }
    auto lease = parts.log.take(kSagaGroup, {kSagaHome});
    if (!lease) return lease.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<SagaSession> session{new SagaSession{parts, limits, std::move(lease).value()}};
    if (Status restored = session->restore(); !restored) return restored.error();
    return session;
}

Status SagaSession::restore() {
    if (parts_.census != nullptr) parts_.census->begin_anew();
    std::string from;
    while (true) {
        auto page = lease_->scan(kSagaHome, table::kOpen, from, kPage);
        if (!page) return page.error();
        for (const auto& [id, bytes] : page.value()) {
            auto instance = saga::decode_instance(bytes);
            if (!instance) return instance.error().at(id);
            if (Status restored = restore_one(std::move(instance).value()); !restored) {
                return restored;
            }
        }
        if (page->size() < kPage) break;
        from = page->back().first + '\0';
    }
    const Instant now = parts_.clock.now();
    while (const auto next = locks_.next_without_holder()) {
        saga::Instance& waiting = open_.at(*next);
        took(waiting, parts_.book.rules(waiting).start(waiting, now), now);
    }
    return ok();
}

/// What is under way goes out again: nobody knows whether it did.
Status SagaSession::restore_one(saga::Instance instance) {
    next_ticket_ = std::max(next_ticket_, instance.ticket + 1);
    const auto rules = parts_.book.of(instance);
    if (!rules) return rules.error();
    if (const auto key = lock_of(instance)) {
        if (instance.phase == saga::Phase::kWaiting) {
            locks_.restore_waiting(*key, instance.id, instance.ticket);
        } else {
            locks_.restore_holder(*key, instance.id);
        }
    }
    schedule(instance);
    if (auto again = rules.value()->under_way(instance)) sends_.push_back(std::move(*again));
    if (parts_.census != nullptr) parts_.census->count(instance);
    std::string id = instance.id;
    open_.emplace(std::move(id), std::move(instance));
    return ok();
}

}  // namespace sluice::orchestrate
