#include "deliver/push/answer.hpp"

#include "event/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <system_error>

namespace sluice::deliver::push {

using dispatch::Failure;
using dispatch::FailureKind;
using Meaning = std::variant<Taken, Failure, Busy, Gone>;

namespace {

constexpr Milliseconds kBusyWait{1'000};  // where the receiver says nothing else
constexpr std::size_t kReasonBytesMax = 200;
constexpr std::int64_t kMsPerSecond = 1'000;

/// One line of what somebody else wrote: no control characters, cut between two characters.
std::string one_line(std::string_view text) {
    std::string line;
    while (!text.empty() && line.size() < kReasonBytesMax) {
        const event::CodePoint next = event::decode_utf8(text);
        const bool is_blank = line.empty() && next.value == ' ';
        const bool shows = next.size > 0 && !is_blank && event::allowed_in_attribute(next.value);
        if (shows) {
            line += text.substr(0, next.size);
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
        text.remove_prefix(std::max<std::size_t>(next.size, 1));
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

/// What the body says in words: of a problem (RFC 9457) its detail or title, else its beginning.
std::string words_of(const Answer& answer) {
    if (!event::is_json_media_type(answer.content_type)) return one_line(answer.body);
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    for (const char* name : {"detail", "title"}) {
        if (!body.is_object()) break;
        const auto said = body.find(name);
        if (said != body.end() && said->is_string()) return one_line(said->get<std::string>());
    }
    return one_line(answer.body);
}

std::string reason_of(const Answer& answer) {
    const std::string words = words_of(answer);
    return fmt::format(
        "the receiver answered {}{}{}", answer.status, words.empty() ? "" : ": ", words
    );
}

/// Statuses about this very event: the same bytes would meet the same answer.
bool is_about_the_event(int status) {
    constexpr std::array kStatuses{400, 413, 414, 415, 422, 431};
    return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", the one form of dates that is written today.
std::optional<Instant> parse_http_date(std::string_view text) {
    std::tm time{};
    const std::string owned{text};
    const char* end = ::strptime(owned.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return Instant{std::int64_t{::timegm(&time)} * kMsPerSecond};
}

}  // namespace

std::optional<Milliseconds> parse_retry_after(std::string_view text, Instant now) {
    if (text.empty()) return std::nullopt;
    const bool digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        std::int64_t seconds = 0;
        const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (error != std::errc{} || seconds > kRetryAfterMax.count() / kMsPerSecond) {
            return kRetryAfterMax;
        }
        return Milliseconds{seconds * kMsPerSecond};
    }
    const auto date = parse_http_date(text);
    if (!date) return std::nullopt;
    return std::clamp(*date - now, Milliseconds{0}, kRetryAfterMax);
}

Failure no_answer(std::string why) {
    return {FailureKind::kRetry, std::move(why), {}, "no-answer"};
}

Meaning meaning_of(const Answer& answer, Instant now) {
    constexpr int kOk = 200;
    constexpr int kRedirects = 300;
    constexpr int kRefusals = 400;
    constexpr int kGone = 410;
    constexpr int kTooMany = 429;
    constexpr int kNotNow = 503;
    const auto after = parse_retry_after(answer.retry_after, now);
    if (answer.verdict == "done") return Taken{};
    if (answer.verdict == "dead") {
        return Failure{FailureKind::kDead, reason_of(answer), {}, "rejected"};
    }
    if (answer.verdict == "retry") {
        return Failure{FailureKind::kRetry, reason_of(answer), after, "asked"};
    }
    if (!answer.verdict.empty()) {
        std::string why = fmt::format(
            "the receiver answered {} with sluice-answer: {}, which is none of done, retry, dead",
            answer.status,
            event::shown(answer.verdict)
        );
        return Failure{FailureKind::kRetry, std::move(why), after, "status"};
    }
    if (answer.status >= kOk && answer.status < kRedirects) return Taken{};
    if (answer.status >= kRedirects && answer.status < kRefusals) {
        return Failure{
            FailureKind::kRetry,
            reason_of(answer) + "; redirects are not followed",
            after,
            "status"};
    }
    if (answer.status == kGone) return Gone{reason_of(answer)};
    if (answer.status == kTooMany || (answer.status == kNotNow && after)) {
        return Busy{after.value_or(kBusyWait), reason_of(answer)};
    }
    if (is_about_the_event(answer.status)) {
        return Failure{FailureKind::kDead, reason_of(answer), {}, "rejected"};
    }
    return Failure{FailureKind::kRetry, reason_of(answer), after, "status"};
}

}  // namespace sluice::deliver::push
