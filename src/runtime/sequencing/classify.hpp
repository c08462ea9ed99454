#pragma once

#include "runtime/domain/domain_plan.hpp"
#include "sequence/arrival.hpp"

#include <optional>
#include <string>
#include <variant>

namespace sluice::runtime {

/// It has no place: no subject, or a number that cannot be read. It goes aside.
struct Unreadable {
    std::string reason;
    Record record;
};

/// Of another domain, on a topic that both share. Passed over.
struct Foreign {};

/// No value and no event: what compaction left. Passed over.
struct TombstoneRecord {};

struct Classified {
    std::variant<sequence::Arrival, Unreadable, Foreign, TombstoneRecord> what;
    std::string warning;  ///< breaks its contract where the channel only warns
};

/// Whether the payload is looked at. On the way to another home it need not be.
enum class Depth : std::uint8_t { kPlaceOnly, kWhole };

/// What the sequencer has to know of a record: who, what, which number, what it depends on, what it
/// makes known. Pure. The payload is read only where validation or a rule by value asks for it.
[[nodiscard]] Classified classify(
    const DomainPlan& plan,
    const ChannelPlan& channel,
    Record record,
    sequence::Origin origin,
    Depth depth
);

}  // namespace sluice::runtime
