#include "store/postgres/placeholders.hpp"

#include "store/sql_text.hpp"

#include <cctype>

namespace sluice::store {

namespace {

bool is_name(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_' ||
           (static_cast<unsigned char>(character) & 0x80U) != 0;
}

/// Whether the quote at `at` begins an E'…', in which a backslash takes the next character along.
bool is_escaped(std::string_view text, std::size_t at) {
    if (text[at] != '\'' || at == 0 || (text[at - 1] != 'E' && text[at - 1] != 'e')) return false;
    return at == 1 || !is_name(text[at - 2]);
}

std::size_t behind_escaped(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '\'')
            return at + 1;
    }
    return text.size();
}

/// $tag$…$tag$; a dollar within a name begins none.
std::size_t behind_dollars(std::string_view text, std::size_t at) {
    if (at > 0 && is_name(text[at - 1])) return at;
    std::size_t end = at + 1;
    while (end < text.size() && is_name(text[end])) ++end;
    const bool number = end > at + 1 && std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
    if (end >= text.size() || text[end] != '$' || number) return at;
    const std::string_view tag = text.substr(at, end + 1 - at);
    const std::size_t closed = text.find(tag, end + 1);
    return closed == std::string_view::npos ? text.size() : closed + tag.size();
}

std::size_t behind(std::string_view text, std::size_t at) {
    if (text[at] == '`') return at;  // an operator's character here
    if (text[at] == '$') return behind_dollars(text, at);
    return is_escaped(text, at) ? behind_escaped(text, at) : behind_quoted(text, at);
}

}  // namespace

NumberedStatement number_places(std::string_view statement) {
    NumberedStatement out;
    out.text.reserve(statement.size() + 16);
    for (std::size_t at = 0; at < statement.size();) {
        const std::size_t end = behind(statement, at);
        if (end > at) {
            out.text.append(statement.substr(at, end - at));
            at = end;
            continue;
        }
        if (statement[at] == '?')
            out.text.append("$").append(std::to_string(++out.places));
        else
            out.text.push_back(statement[at]);
        ++at;
    }
    return out;
}

}  // namespace sluice::store
