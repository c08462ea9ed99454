#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sluice::commerce::oracle {

/// "Policy of the run" of docs/commerce/read-models.md, in the oracle's own words.
struct Policy {
    int currency_digits{2};               ///< BRL, EUR 2; KRW 0
    int offset_minutes{-180};             ///< business time zone = UTC + this
    int close_day{3};                     ///< a month closes when this day of the next one is over
    int payout_days{7};                   ///< after the delivery
    std::string switch_on{"2018-01-01"};  ///< from here on, sales are booked at order
    int minor_per_point{100};
};

/// Told before each part begins: what it is, how many parts are done, how many there are.
using Progress = std::function<void(std::string_view part, int done, int all)>;

}  // namespace sluice::commerce::oracle
