#pragma once

#include <sluice/time.hpp>

#include <optional>

namespace sluice::outbox {

/// How long a relay rests when it has found nothing, and when it goes to sleep. While it is awake
/// it looks often, and producers ring no bell: NOTIFY makes their commits wait for one another.
/// Asleep it is woken, and looks now and then all the same: whoever committed just when it went to
/// sleep did not know. Pure. Threads: one.
class Pace {
public:
    struct Options {
        Milliseconds look{10};      ///< between looks while awake
        Milliseconds awake{1'000};  ///< after the last thing found
        Milliseconds asleep{200};   ///< between looks while asleep
    };

    struct Rest {
        Milliseconds time{};
        bool asleep{};
        bool changed{};  ///< producers must be told so first; then one more look, before it rests
    };

    explicit Pace(Options options) : options_{options} {}

    /// After a look that has found something to do. Answers whether producers must be told.
    [[nodiscard]] bool found(Instant now);

    /// After a look that has found nothing.
    [[nodiscard]] Rest rest(Instant now);

private:
    Options options_;
    std::optional<Instant> last_found_;
    bool asleep_{false};
};

}  // namespace sluice::outbox
