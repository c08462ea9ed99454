#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::project::cesql {

enum class TokenKind : std::uint8_t {
    kEnd,
    kWord,     ///< a keyword, or the name of an attribute or function
    kInteger,  ///< digits
    kString,
    kSymbol,
    kBroken,  ///< no token of the language: `value` says why
};

struct Token {
    TokenKind kind{TokenKind::kEnd};
    std::string_view text;  ///< as it is written
    std::string value;      ///< of a string: without quotes and escapes
    std::size_t at{0};      ///< its first byte
};

/// Cuts the text of an expression into tokens, one after the other.
/// Threads: one. Lifetime: the text outlives it and its tokens.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    /// Behind the last one, and behind a broken one, the end for ever.
    [[nodiscard]] Token next();

private:
    [[nodiscard]] Token string(char quote);
    [[nodiscard]] Token word();
    [[nodiscard]] Token symbol();
    [[nodiscard]] Token broken(std::string why);

    std::string_view text_;
    std::size_t at_{0};
};

}  // namespace sluice::project::cesql
