#pragma once

#include <sluice/time.hpp>

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::daemon {

/// What was answered under an `Idempotency-Key` (IETF draft 07): the same request again gets the
/// same answer, and does nothing. Kept in memory: after a restart a repeated request is carried
/// out again.
/// Threads:  any.
/// Limits:   so many keys and bytes of answers, the oldest go first, and none is older than `kept`.
class IdempotencyKeys {
public:
    struct Limits {
        std::size_t keys_max{10'000};
        std::size_t bytes_max{std::size_t{16} << 20};
        Milliseconds kept{24 * 60 * 60 * 1'000};
    };

    IdempotencyKeys() = default;

    explicit IdempotencyKeys(Limits limits) : limits_{limits} {}

    /// Nothing: it is new, and the caller's to `finish`. Else what to answer: as before; 409: the
    /// same request is under way; 422: another request had this key.
    [[nodiscard]] std::optional<http::Response> begin(
        std::string_view key, std::uint64_t request_hash, Instant now
    );

    /// An answer that says "not now" (429, 5xx) is not kept: the same may succeed later.
    void finish(std::string_view key, const http::Response& response);

    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        std::uint64_t request_hash{};
        Instant since;
        std::optional<http::Response> response;  ///< none: under way
    };

    using Entries = std::map<std::string, Entry, std::less<>>;

    void forget(Instant now);
    void drop(Entries::iterator entry);

    Limits limits_;
    mutable std::mutex mutex_;
    Entries entries_;
    std::deque<std::string> oldest_first_;  ///< of finished ones
    std::size_t bytes_{0};
};

}  // namespace sluice::daemon
