#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Texts as sequences of Unicode characters. A byte that is not UTF-8 counts as one character.
namespace sluice::project::cesql {

/// In bytes, of the character at the front; the text is not empty.
[[nodiscard]] std::size_t char_bytes(std::string_view text);

[[nodiscard]] std::size_t char_count(std::string_view text);

/// In bytes, of the first `count` characters.
[[nodiscard]] std::size_t bytes_of_chars(std::string_view text, std::size_t count);

/// Appends the text with each character mapped by itself, whatever the process' locale is: ß stays.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);

/// Without what Unicode calls white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace sluice::project::cesql
