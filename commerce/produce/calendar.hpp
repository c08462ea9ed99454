#pragma once

#include <sluice/event.hpp>

#include "commerce/money/policy.hpp"
#include "commerce/seedrule/additions.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace sluice::commerce {

/// The platform's clock: one `day.closed` for each business day from the first with an event to ten
/// days after the last, with how many events of each type belong to it. Source:
/// docs/commerce/events.md, "Domain `calendar`".
class Calendar {
public:
    Calendar(const Additions& additions, Policy policy);

    [[nodiscard]] std::size_t days() const { return counts_.size(); }

    /// When the day number `index` (from 0) is closed: the first second of the next.
    [[nodiscard]] UtcTime closed_at(std::size_t index) const;

    [[nodiscard]] Event event(std::size_t index) const;

private:
    using Counts = std::array<std::int64_t, kActTypes>;

    Policy policy_;
    Day first_;
    std::vector<Counts> counts_;
};

inline constexpr std::string_view kCalendarSubject = "calendar";

}  // namespace sluice::commerce
