#pragma once

#include <string>
#include <string_view>

namespace sluice::http {

/// "sluice_" and 43 letters of base64url: 256 random bits, which nobody guesses, so that a plain
/// hash of them can be kept.
[[nodiscard]] std::string new_token();

/// "sha256:" and the 64 hexadecimal digits of its SHA-256: what is kept of it.
[[nodiscard]] std::string token_hash(std::string_view token);

/// Whether it is of that form.
[[nodiscard]] bool is_token_hash(std::string_view text);

/// The token of `Authorization: Bearer …`; empty: there is none.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace sluice::http
