#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::event {

/// RFC 4648, section 4, with padding, on one line.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Strict: the alphabet, the padding and zero bits below it; nothing for anything else.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace sluice::event
