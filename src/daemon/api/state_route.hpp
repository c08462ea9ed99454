#pragma once

#include "daemon/operations/backend.hpp"
#include "http/message.hpp"

#include <string_view>

namespace sluice::daemon {

inline constexpr std::string_view kSnapshots = "/v1/snapshots/";

/// Stands in the path for the only domain that keeps states; no domain has this name.
inline constexpr std::string_view kOnlyDomain = "_";

/// GET /v1/snapshots/{domain}/{subject}?at&projection: the state itself, and headers about it.
[[nodiscard]] http::Response state_response(const Backend& backend, const http::Request& request);

/// The same from the other end.
[[nodiscard]] http::Request state_request(const StateQuery& query);
[[nodiscard]] Result<StateReply> state_reply(const http::Response& response);

}  // namespace sluice::daemon
