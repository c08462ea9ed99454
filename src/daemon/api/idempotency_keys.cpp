#include "daemon/api/idempotency_keys.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::daemon {

namespace {

constexpr int kUnderWay = 409;
constexpr int kUnprocessable = 422;
constexpr int kNotNow = 429;
constexpr int kServerErrors = 500;

}  // namespace

std::optional<http::Response> IdempotencyKeys::begin(
    std::string_view key, std::uint64_t request_hash, Instant now
) {
    const std::lock_guard lock{mutex_};
    forget(now);
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        entries_.emplace(std::string{key}, Entry{request_hash, now, {}});
        return std::nullopt;
    }
    const Entry& entry = found->second;
    if (entry.request_hash != request_hash) {
        return http::problem(
            {ErrorCode::kConflict, "another request had this Idempotency-Key; choose a new one"},
            kUnprocessable
        );
    }
    if (!entry.response) {
        return http::problem(
            {ErrorCode::kConflict, "the same request is under way; ask again for its answer"},
            kUnderWay
        );
    }
    http::Response again = *entry.response;
    again.headers.insert_or_assign("sluice-repeated", "true");
    return again;
}

void IdempotencyKeys::finish(std::string_view key, const http::Response& response) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(key);
    SLUICE_ASSERT(found != entries_.end() && !found->second.response);
    const bool is_final = response.status != kNotNow && response.status < kServerErrors;
    if (!is_final || response.body.size() > limits_.bytes_max) {
        entries_.erase(found);
        return;
    }
    found->second.response = response;
    bytes_ += response.body.size();
    oldest_first_.push_back(found->first);
    while (oldest_first_.size() > limits_.keys_max || bytes_ > limits_.bytes_max) {
        drop(entries_.find(oldest_first_.front()));
    }
}

void IdempotencyKeys::forget(Instant now) {
    while (!oldest_first_.empty()) {
        const auto oldest = entries_.find(oldest_first_.front());
        if (now - oldest->second.since < limits_.kept) return;
        drop(oldest);
    }
}

/// The oldest of the finished ones.
void IdempotencyKeys::drop(Entries::iterator entry) {
    SLUICE_ASSERT(entry != entries_.end() && entry->second.response);
    bytes_ -= entry->second.response->body.size();
    oldest_first_.pop_front();
    entries_.erase(entry);
}

std::size_t IdempotencyKeys::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

}  // namespace sluice::daemon
