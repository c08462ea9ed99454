#pragma once

#include <sluice/result.hpp>

#include <string>
#include <string_view>

namespace sluice::state {

/// The target after a JSON merge patch (RFC 7396), from bytes to bytes: what neither of them
/// changes keeps its very bytes, 1.10 and a number of 30 digits too. Members keep their place, new
/// ones come behind. Of a name that a text has twice the last counts.
/// Failure: kInvalidEvent, "data: byte 7: …", when the patch is no JSON; "state: …" when the target
/// is none.
[[nodiscard]] Result<std::string> merge_patch(std::string_view target, std::string_view patch);

/// The one JSON value that the text is, without the blanks around it. kInvalidEvent: "data: …".
[[nodiscard]] Result<std::string_view> whole_json(std::string_view text);

}  // namespace sluice::state
