#include <sluice/time.hpp>

#include "base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// Reads fixed-width digits and marks from the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_{text} {}

    int digits(std::size_t width) {
        int value = 0;
        if (rest_.size() < width) return fail();
        for (std::size_t at = 0; at < width; ++at) {
            if (rest_[at] < '0' || rest_[at] > '9') return fail();
            value = value * 10 + (rest_[at] - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }

    bool mark(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
        last_ = rest_[0];
        rest_.remove_prefix(1);
        return true;
    }

    void need(std::string_view any_of) {
        if (!mark(any_of)) fail();
    }

    [[nodiscard]] char last() const { return last_; }

    [[nodiscard]] bool digit_ahead() const {
        return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
    }

    [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

private:
    int fail() {
        ok_ = false;
        return 0;
    }

    std::string_view rest_;
    char last_{};
    bool ok_{true};
};

std::int64_t scan_milliseconds(Scanner& scan) {
    std::int64_t ms = 0;
    if (!scan.mark(".")) return 0;
    std::int64_t scale = 100;
    if (!scan.digit_ahead()) scan.need("0");
    while (scan.digit_ahead()) {
        ms += scan.digits(1) * scale;
        scale /= 10;
    }
    return ms;
}

std::int64_t scan_offset_minutes(Scanner& scan) {
    if (scan.mark("Zz")) return 0;
    scan.need("+-");
    const int sign = scan.last() == '-' ? -1 : 1;
    const int hours = scan.digits(2);
    scan.need(":");
    const int minutes = scan.digits(2);
    if (hours > 23 || minutes > 59) scan.need("!");
    return std::int64_t{sign} * (hours * 60 + minutes);
}

/// The years that RFC 3339 can write: 0000 to 9999.
constexpr std::int64_t kFirstMs = -62'167'219'200'000;
constexpr std::int64_t kLastMs = 253'402'300'799'999;

constexpr std::size_t kQuotedBytesMax = 64;

/// For a message of one line.
std::string shown(std::string_view text) {
    const bool printable = std::all_of(text.begin(), text.end(), [](char letter) {
        return letter >= ' ' && letter <= '~';
    });
    if (printable && text.size() <= kQuotedBytesMax) return fmt::format("'{}'", text);
    return fmt::format("a text of {} bytes", text.size());
}

}  // namespace

std::string to_rfc3339(Instant at) {
    const Milliseconds shown_ms{std::clamp(at.ms, kFirstMs, kLastMs)};
    const std::chrono::sys_time<Milliseconds> time{shown_ms};
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    const auto ms = clock.subseconds().count();
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        ms == 0 ? std::string{} : fmt::format(".{:03}", ms)
    );
}

Result<Instant> parse_rfc3339(std::string_view text) {
    Scanner scan{text};
    const int year = scan.digits(4);
    scan.need("-");
    const int month = scan.digits(2);
    scan.need("-");
    const int day = scan.digits(2);
    scan.need("Tt ");
    const int hour = scan.digits(2);
    scan.need(":");
    const int minute = scan.digits(2);
    scan.need(":");
    const int second = scan.digits(2);
    const std::int64_t ms = scan_milliseconds(scan);
    const std::int64_t offset_minutes = scan_offset_minutes(scan);
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (!scan.complete() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{} is not an RFC 3339 time such as 2026-11-22T21:01:14Z", shown(text))};
    }
    const std::int64_t midnight_s =
        sys_days{date}.time_since_epoch().count() * std::int64_t{86'400};
    const std::int64_t seconds = midnight_s + std::int64_t{hour} * 3'600 +
                                 std::int64_t{minute} * 60 + second - offset_minutes * 60;
    return Instant{seconds * 1'000 + ms};
}

Instant SystemClock::now() const {
    return Instant{
        std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch()
        )
            .count()};
}

}  // namespace sluice
