#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::event {

/// One character of a UTF-8 text; `size` 0: the text is empty or not well-formed here.
struct CodePoint {
    std::uint32_t value{};
    std::size_t size{};
};

/// The first character, as RFC 3629 allows it: nothing overlong, no surrogates, up to U+10FFFF.
[[nodiscard]] CodePoint decode_utf8(std::string_view text) noexcept;

void append_utf8(std::string& out, std::uint32_t code_point);

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Whether a CloudEvents String may hold it: no control characters, no surrogates, no noncharacters
/// (CloudEvents 1.0, "Type System").
[[nodiscard]] bool allowed_in_attribute(std::uint32_t code_point) noexcept;

/// "application/json", "text/json", "application/vnd.x+json; charset=utf-8": the data is a JSON
/// value.
[[nodiscard]] bool is_json_media_type(std::string_view datacontenttype) noexcept;

/// Whether the text begins so, letters of either case (ASCII).
[[nodiscard]] bool starts_with_ignoring_case(
    std::string_view text, std::string_view lower_prefix
) noexcept;

/// For error messages: 'in quotes', cut after 40 bytes, one line, whatever the bytes are.
[[nodiscard]] std::string shown(std::string_view value);

}  // namespace sluice::event
