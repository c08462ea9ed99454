#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"
#include "http/message.hpp"

namespace sluice::daemon {

/// Whether a request carries its event in headers `ce-…` (CloudEvents HTTP binding 1.0.2, binary
/// mode): those are there, and its content type is no format of CloudEvents.
[[nodiscard]] bool is_binary_event(const http::Request& request);

/// That event: values as the server gives them, percent-decoded, the content type as
/// `datacontenttype`, the body as the data; an empty body is none. kInvalidEvent names the header
/// or the attribute.
[[nodiscard]] Result<Event> read_binary_event(
    const http::Request& request, const event::EventLimits& limits
);

}  // namespace sluice::daemon
