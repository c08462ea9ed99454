#include "commerce/money/policy.hpp"

namespace sluice::commerce {

Day bday(const Policy& policy, UtcTime time) {
    const std::int64_t local = time.seconds + policy.offset_minutes * 60;
    const std::int64_t day = local / kSecondsPerDay;
    return Day{local % kSecondsPerDay < 0 ? day - 1 : day};
}

Day booked_on(const Policy& policy, UtcTime time, UtcTime happened) {
    const Day recorded = bday(policy, time);
    const Day event = bday(policy, happened);
    const Day first_closed = next_month(event) + policy.close_day;
    return recorded < first_closed ? event : recorded;
}

}  // namespace sluice::commerce
