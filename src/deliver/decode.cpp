#include "deliver/decode.hpp"

#include "base/assert.hpp"
#include "event/kafka.hpp"

#include <fmt/format.h>

namespace sluice::deliver {

Result<Event> decode(const Outgoing& outgoing, const event::EventLimits& limits) {
    SLUICE_ASSERT(outgoing.record != nullptr);
    auto event = event::from_record(*outgoing.record, limits);
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
