#include "lag/verdict.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace sluice::lag {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::kOk: return "ok";
        case Verdict::kWaiting: return "waiting";
        case Verdict::kSlow: return "slow";
        case Verdict::kParked: return "parked";
        case Verdict::kStalled: return "stalled";
        case Verdict::kRewound: return "rewound";
        case Verdict::kStopped: return "stopped";
    }
    SLUICE_UNREACHABLE();
}

Verdict verdict_of(Verdict worst, const Standing& standing) {
    return std::max(
        {standing.lag > 0 ? worst : Verdict::kOk,
         standing.parked > 0 ? Verdict::kParked : Verdict::kOk,
         standing.waiting > 0 ? Verdict::kWaiting : Verdict::kOk}
    );
}

}  // namespace sluice::lag
