#include "deliver/decode.hpp"

#include "base/assert.hpp"
#include "event/kafka.hpp"

#include <fmt/format.h>

namespace sluice::deliver {

namespace {

/// What is added to an event on its way: its place, its marks, why it breaks its contract.
constexpr std::size_t kAddedBytesMax = event::kAlwaysTakenBytes;

}  // namespace

Result<Event> decode(const Outgoing& outgoing, const event::EventLimits& limits) {
    SLUICE_ASSERT(outgoing.record != nullptr);
    event::EventLimits widened = limits;  // what was taken at the limit must not be refused here
    widened.event_bytes_max += kAddedBytesMax;
    auto event = event::from_record(*outgoing.record, widened);
    if (!event) return event.error();
    if (const auto why = event->extension(extension::kSubjectInvalid); why.has_value()) {
        return Error{ErrorCode::kInvalidEvent, std::string{*why}};
    }
    event->extensions.insert_or_assign(
        std::string{extension::kSubjectPosition}, fmt::format("{}", outgoing.position.value)
    );
    return event;
}

}  // namespace sluice::deliver
