#pragma once

#include "deliver/sink.hpp"
#include "runtime/dispatching/ordered_window.hpp"
#include "runtime/domain/probe.hpp"

namespace sluice::runtime {

/// Whether the event is one for the sink: by its type, then by the filter, which a gap passes in
/// any case. What the filter cannot judge is counted, and is none.
[[nodiscard]] bool wanted(const OrderedEvent& event, deliver::Sink& sink, SubscriptionProbe& probe);

}  // namespace sluice::runtime
