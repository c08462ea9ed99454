#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <string>
#include <string_view>

namespace sluice::daemon {

struct ImportOptions {
    std::string source;  ///< of all events; empty: "/imports" and what each had
    std::string type;    ///< of records that are no CloudEvents; empty: their first topic's name
};

/// One line of an import as a new event. Taken are a CloudEvent in JSON, which is what
/// `sluice export` writes, and a Kafka record as `kcat -J` prints it: a CloudEvent in binary or
/// structured mode, or anything else, whose subject is its key; where Kafka Connect or Spring have
/// said in its headers where it came from and why it died, that is kept.
/// What is imported is new: it has a source of its own and no number, so it neither takes the place
/// of an event of the original source nor counts as its duplicate; the same line twice is one
/// event. `importedfrom` names the original, `importedreason` why it died. Failure: kInvalidEvent
/// says what is off.
[[nodiscard]] Result<Event> imported_event(
    std::string_view line, const ImportOptions& options, const event::EventLimits& limits
);

}  // namespace sluice::daemon
