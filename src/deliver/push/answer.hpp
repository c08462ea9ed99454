#pragma once

#include <sluice/time.hpp>

#include "dispatch/dispatcher.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sluice::deliver::push {

/// What a receiver has answered, as far as it matters.
struct Answer {
    int status{};
    std::string verdict{};      ///< of the header `sluice-answer`
    std::string retry_after{};  ///< of `Retry-After`
    std::string content_type{};
    std::string body{};            ///< its beginning
    std::string allowed_origin{};  ///< of `WebHook-Allowed-Origin`
    std::string allowed_rate{};    ///< of `WebHook-Allowed-Rate`

    bool operator==(const Answer&) const = default;
};

/// It has taken the event.
struct Taken {
    bool operator==(const Taken&) const = default;
};

/// It takes nothing at all for a while: no attempt of this event.
struct Busy {
    Milliseconds after;
    std::string reason;

    bool operator==(const Busy&) const = default;
};

/// It wants nothing more, ever (410).
struct Gone {
    std::string reason;

    bool operator==(const Gone&) const = default;
};

/// Longer waits than this are cut to it.
inline constexpr Milliseconds kRetryAfterMax{7LL * 24 * 60 * 60 * 1'000};

/// What an answer means. The receiver's word, `sluice-answer: done | retry | dead`, goes before its
/// status. `now`: for a `Retry-After` that is a date.
[[nodiscard]] std::variant<Taken, dispatch::Failure, Busy, Gone> meaning_of(
    const Answer& answer, Instant now
);

/// Seconds, or a date of HTTP (RFC 9110, 10.2.3); nothing: it is neither.
[[nodiscard]] std::optional<Milliseconds> parse_retry_after(std::string_view text, Instant now);

/// The request was sent, and no whole answer came: it may have been handled.
[[nodiscard]] dispatch::Failure no_answer(std::string why);

}  // namespace sluice::deliver::push
