#include "runtime/dispatching/wanted.hpp"

#include "sequence/ordered.hpp"

namespace sluice::runtime {

bool wanted(const OrderedEvent& event, deliver::Sink& sink, SubscriptionProbe& probe) {
    if (event.type.empty()) return true;
    if (!sink.wants(event.type)) return false;
    if (event.type == sequence::kGapType) return true;
    const project::Verdict verdict = sink.judge(event.record);
    if (verdict == project::Verdict::kUnjudged) add(probe.unjudged);
    return verdict == project::Verdict::kPasses;
}

}  // namespace sluice::runtime
