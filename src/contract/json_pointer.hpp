#pragma once

#include <sluice/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {

/// A place within a JSON value (RFC 6901): "/lines/0/sku".
/// Threads: const; share it.
class JsonPointer {
public:
    /// Begins with "/"; kBadConfig otherwise. (The empty pointer names a whole value, never a
    /// field.)
    [[nodiscard]] static Result<JsonPointer> parse(std::string_view text);

    /// The scalar there, read from the payload's bytes without building a tree: a string decoded, a
    /// number as it is written, "true" or "false". Nothing when there is none, or null. A name that
    /// is there twice: the last one counts. Failure: kInvalidEvent when the payload is not JSON, or
    /// an object or array stands there.
    [[nodiscard]] Result<std::optional<std::string>> scalar_in(std::string_view payload) const;

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    JsonPointer(std::string text, std::vector<std::string> tokens)
        : text_{std::move(text)},
          tokens_{std::move(tokens)} {}

    std::string text_;
    std::vector<std::string> tokens_;
};

/// A token as it is written within a pointer: "~" and "/" escaped.
[[nodiscard]] std::string escaped_token(std::string_view token);

/// A name for people: as it is, or, when it is long or would break the line, quoted and cut.
[[nodiscard]] std::string readable_name(std::string_view name);

/// A pointer for people: its tokens, each readable.
[[nodiscard]] std::string readable_pointer(std::string_view pointer);

/// The tokens of a pointer; nothing when it neither is empty nor begins with "/", or escapes
/// wrongly.
[[nodiscard]] std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);

}  // namespace sluice::contract
