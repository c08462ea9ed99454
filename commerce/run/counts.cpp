#include "commerce/run/counts.hpp"

#include <algorithm>

namespace sluice::commerce {

InstanceCounts sum_of(const InstanceCounts& before, const InstanceCounts& after) {
    InstanceCounts sum = after;
    sum.released += before.released;
    sum.delivered += before.delivered;
    sum.waited += before.waited;
    sum.waiting_max = std::max(before.waiting_max, after.waiting_max);
    sum.waited_ms_max = std::max(before.waited_ms_max, after.waited_ms_max);
    sum.duplicates += before.duplicates;
    sum.conflicts += before.conflicts;
    sum.late += before.late;
    sum.aside += before.aside;
    sum.invalid += before.invalid;
    sum.repartitioned += before.repartitioned;
    sum.gaps_skipped += before.gaps_skipped;
    sum.gaps_parked += before.gaps_parked;
    sum.sweeps += before.sweeps;
    sum.retried += before.retried;
    return sum;
}

}  // namespace sluice::commerce
