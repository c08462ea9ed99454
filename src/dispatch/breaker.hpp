#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "dispatch/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace sluice::dispatch {

/// When a sink is left alone for a while. There is one breaker per sink.
struct BreakerOptions {
    std::size_t subjects_max{20};  ///< that fail in a row, nothing handled in between: the last of
                                   ///< them opens it; 0: it never opens
    std::size_t trial_runs{8};     ///< how many runs may try when a pause is over
    Milliseconds pause_first{500};
    Milliseconds pause_max{30'000};  ///< each trial that fails doubles the pause, up to this

    /// Names the field, its value and the allowed range.
    [[nodiscard]] Status validate() const;
};

/// Tells a sink that fails from events that fail: a deploy that breaks every handler, or an
/// endpoint that is away, must not use up the attempts of every subject and park them all. It opens
/// when so many different subjects have failed and none was handled; one subject that fails for
/// ever never opens it, and goes its own way to the backlog. While it is open nothing starts; then
/// some runs may try, and one handled event closes it. What failed in the call that opened it, or
/// in a trial of which nothing was handled, was no attempt. Pure: no clock of its own. A clock that
/// jumps back lengthens a pause by no more than the pause.
/// Threads:  one at a time.
/// Limits:   BreakerOptions; it knows at most `subjects_max` subjects, by a 64-bit hash.
class Breaker {
public:
    enum class State : std::uint8_t {
        kClosed,  ///< all may start
        kOpen,    ///< none, until the pause is over
        kTrying,  ///< `trial_runs` in a call of the sink
    };

    explicit Breaker(BreakerOptions options) : options_{options}, pause_{options.pause_first} {}

    /// How many runs may go into the next call of the sink.
    [[nodiscard]] std::size_t runs_allowed(Instant now);

    /// What one call of the sink has brought: `outcomes[i]` is that of `subjects[i]`. May turn
    /// failures into kNotTried, before the dispatcher hears of them.
    void judge(
        std::span<const std::string_view> subjects, std::span<RunOutcome> outcomes, Instant now
    );

    [[nodiscard]] State state() const { return state_; }

    /// Since when it has not been closed; nothing while it is.
    [[nodiscard]] std::optional<Instant> failing_since() const;

    /// What is left of the pause; nothing unless it is open.
    [[nodiscard]] std::optional<Milliseconds> pause_left(Instant now) const;

private:
    void open(Instant now);
    void close();

    BreakerOptions options_;
    State state_{State::kClosed};
    std::set<std::uint64_t> failed_;  ///< hashes of subjects, since something was handled
    Instant opened_at_;
    std::optional<Instant> failing_since_;
    Milliseconds pause_;
};

}  // namespace sluice::dispatch
