#pragma once

#include <sluice/time.hpp>

#include "deliver/push/answer.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace sluice::deliver::push {

struct ConsentOptions {
    std::string origin;           ///< who asks, a DNS name; empty: nobody asks, nobody has to agree
    std::uint32_t per_minute{0};  ///< requests that are asked for; 0: as many as there are
    Milliseconds again{60'000};   ///< after a refusal
};

/// Whether a receiver has agreed to be sent events, and how many (CloudEvents HTTP 1.1 webhook,
/// "Abuse Protection"): it is asked by OPTIONS before the first one. Its status alone is no
/// consent; the header `WebHook-Allowed-Origin` is. Pure: `now` is of a clock that only goes
/// forward.
/// Threads:  one at a time.
class Consent {
public:
    explicit Consent(ConsentOptions options) : options_{std::move(options)} {}

    [[nodiscard]] bool is_given() const { return given_ || options_.origin.empty(); }

    /// Whether to ask now.
    [[nodiscard]] bool is_due(Instant now) const;

    void asked() { asking_ = true; }

    /// Why it is no consent; nothing: it is.
    [[nodiscard]] std::optional<std::string> answered(const Answer& answer, Instant now);

    /// There was no answer.
    void unanswered(Instant now);

    /// Until the next request may be sent; a second's worth may go at once.
    [[nodiscard]] Milliseconds wait_left(Instant now) const;

    void sent(Instant now);

private:
    ConsentOptions options_;
    bool given_{false};
    bool asking_{false};
    Instant ask_at_{std::numeric_limits<std::int64_t>::min()};
    Milliseconds interval_{0};  ///< between two requests; 0: any
    Instant next_at_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace sluice::deliver::push
