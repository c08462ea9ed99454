#pragma once

#include "daemon/render/json.hpp"
#include "runtime/inspect/inspect_timeline.hpp"

#include <string>
#include <string_view>

namespace sluice::daemon {

/// A subject's story as the API answers it: `entries`, `standings`, `not_yet`, `more`.
[[nodiscard]] Json timeline_json(std::string_view subject, const runtime::Timeline& timeline);

/// The same for people: a line an entry, by time, and how far each subscription is.
[[nodiscard]] std::string render_timeline(const Json& timeline);

}  // namespace sluice::daemon
