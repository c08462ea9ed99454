#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sluice::store {

namespace {

constexpr std::size_t kShown = 200;  // of a statement, in an error

bool is_letter(char character) {
    return std::isalpha(static_cast<unsigned char>(character)) != 0;
}

bool is_blank(char character) {
    return std::isspace(static_cast<unsigned char>(character)) != 0;
}

/// A quote is doubled within: two quoted texts that touch, for who looks for their ends only.
std::size_t behind_quote(std::string_view text, std::size_t at) {
    const std::size_t end = text.find(text[at], at + 1);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t behind_comment(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        const std::string_view two = text.substr(at, 2);
        if (two == "/*") ++depth;
        if (two == "*/" && --depth == 0) return at + 2;
        at += two == "/*" || two == "*/" ? 2 : 1;
    }
    return text.size();
}

}  // namespace

SqlError sql_error(SqlError::Kind kind, std::string_view message, std::string_view statement) {
    const bool cut = statement.size() > kShown;
    return SqlError{
        kind, fmt::format("{} (in: {}{})", message, statement.substr(0, kShown), cut ? " …" : "")};
}

std::size_t behind_quoted(std::string_view text, std::size_t at) {
    const char first = text[at];
    if (first == '\'' || first == '"' || first == '`') return behind_quote(text, at);
    const std::string_view two = text.substr(at, 2);
    if (two == "--") return std::min(text.find('\n', at), text.size());
    if (two == "/*") return behind_comment(text, at);
    return at;
}

std::string first_word(std::string_view statement) {
    std::size_t at = 0;
    while (at < statement.size() && !is_letter(statement[at])) {
        const bool comment = statement[at] == '-' || statement[at] == '/';
        const std::size_t behind = comment ? behind_quoted(statement, at) : at;
        if (behind == at && !is_blank(statement[at])) return {};
        at = std::max(behind, at + 1);
    }
    std::string word;
    for (; at < statement.size() && is_letter(statement[at]); ++at) {
        word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(statement[at]))));
    }
    return word;
}

void refuse_words(std::span<const std::string_view> words, std::string_view statement) {
    const std::string word = first_word(statement);
    if (std::find(words.begin(), words.end(), word) == words.end()) return;
    throw SqlError{
        SqlError::Kind::kOther,
        fmt::format("a handler's transaction is not its own to end: \"{}\" is refused", word)};
}

void require_places(
    std::size_t places, std::span<const SqlValue> values, std::string_view statement
) {
    if (places == values.size()) return;
    throw sql_error(
        SqlError::Kind::kOther,
        fmt::format("{} values for {} places", values.size(), places),
        statement
    );
}

}  // namespace sluice::store
