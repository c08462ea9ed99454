#pragma once

#include <sluice/result.hpp>

#include "daemon/operations/backend.hpp"
#include "daemon/render/json.hpp"

namespace sluice::daemon {

/// What became of an event: {accepted: true, topic, partition, offset} or {accepted: false, code,
/// detail}.
[[nodiscard]] Json answer_json(const Result<Published>& answer);

/// The other way round; kUnavailable when it is no such answer.
[[nodiscard]] Result<Published> answer_of(const Json& json);

}  // namespace sluice::daemon
