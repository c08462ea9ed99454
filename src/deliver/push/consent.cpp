#include "deliver/push/consent.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace sluice::deliver::push {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr Milliseconds kAtOnce{1'000};

bool same_name(std::string_view a, std::string_view b) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return small(x) == small(y);
    });
}

/// Milliseconds between requests; 0: as many as there are; nothing: it is no rate.
std::optional<Milliseconds> interval_of(std::string_view rate) {
    if (rate.empty() || rate == "*") return Milliseconds{0};
    std::int64_t count = 0;
    const auto [at, error] = std::from_chars(rate.data(), rate.data() + rate.size(), count);
    if (error != std::errc{} || at != rate.data() + rate.size() || count < 1) return std::nullopt;
    return Milliseconds{kMinuteMs / std::min(count, kMinuteMs)};
}

}  // namespace

bool Consent::is_due(Instant now) const {
    return !is_given() && !asking_ && now >= ask_at_;
}

void Consent::unanswered(Instant now) {
    asking_ = false;
    ask_at_ = now + options_.again;
}

std::optional<std::string> Consent::answered(const Answer& answer, Instant now) {
    unanswered(now);
    if (answer.allowed_origin.empty()) {
        return fmt::format(
            "the receiver answered {} without WebHook-Allowed-Origin: that is no consent",
            answer.status
        );
    }
    if (answer.allowed_origin != "*" && !same_name(answer.allowed_origin, options_.origin)) {
        return fmt::format(
            "the receiver allows {}, not {}", event::shown(answer.allowed_origin), options_.origin
        );
    }
    const auto interval = interval_of(answer.allowed_rate);
    if (!interval) {
        return fmt::format(
            "the receiver's WebHook-Allowed-Rate, {}, is no number of requests a minute",
            event::shown(answer.allowed_rate)
        );
    }
    interval_ = *interval;
    given_ = true;
    return std::nullopt;
}

Milliseconds Consent::wait_left(Instant now) const {
    if (interval_ == Milliseconds{0} || next_at_ <= now) return Milliseconds{0};
    return next_at_ - now;
}

void Consent::sent(Instant now) {
    if (interval_ == Milliseconds{0}) return;
    const Milliseconds at_once = std::max(kAtOnce - interval_, Milliseconds{0});
    next_at_ = std::max(next_at_, now + -at_once) + interval_;
}

}  // namespace sluice::deliver::push
