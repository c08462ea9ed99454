#pragma once

#include <string>
#include <string_view>

namespace sluice::http {

/// Percent-encodes all but unreserved characters (RFC 3986): a text as one segment of a path.
[[nodiscard]] std::string path_segment(std::string_view text);

}  // namespace sluice::http
