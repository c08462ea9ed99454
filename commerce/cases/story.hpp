#pragma once

#include <sluice/event.hpp>

#include "commerce/money/policy.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce::test {

inline constexpr std::string_view kDay1 = "2018-05-02T12:00:00Z";
inline constexpr std::string_view kDay2 = "2018-05-03T12:00:00Z";

/// What a service's tables must say at the end of a case: a query, its columns parted by blanks,
/// its rows by "; ".
struct Expected {
    std::string service;
    std::string query;
    std::string rows;
};

/// One of the ten cases of docs/commerce/cases.md: its events as published, and the figures of
/// every service that it touches, in minor units.
struct CaseStory {
    std::string name;  ///< "Case8"
    Policy policy;
    std::vector<Event> events;
    std::vector<Expected> expected;

    friend std::ostream& operator<<(std::ostream& out, const CaseStory& story) {
        return out << story.name;
    }
};

/// Cases 1 to 7: shares, coupons, shipping, tenders, VAT.
[[nodiscard]] std::vector<CaseStory> money_stories();

/// Cases 8 to 10: payouts, policies, points; what depends on dates.
[[nodiscard]] std::vector<CaseStory> time_stories();

[[nodiscard]] std::vector<CaseStory> all_stories();

}  // namespace sluice::commerce::test
