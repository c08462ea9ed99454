#include "project/cesql_lexer.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sluice::project::cesql {

namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_name_char(char letter) {
    return is_letter(letter) || is_digit(letter) || letter == '_';
}

constexpr std::string_view kBlanks = " \t\r\n";

/// The longer ones first.
constexpr std::array<std::string_view, 15> kSymbols{
    "!=", "<>", "<=", ">=", "(", ")", ",", "*", "/", "%", "+", "-", "=", "<", ">"};

}  // namespace

Token Lexer::next() {
    while (at_ < text_.size() && kBlanks.find(text_[at_]) != std::string_view::npos) ++at_;
    if (at_ == text_.size()) return {TokenKind::kEnd, {}, {}, at_};
    const char letter = text_[at_];
    if (letter == '\'' || letter == '"') return string(letter);
    return is_name_char(letter) ? word() : symbol();
}

/// A backslash escapes the quote that the string stands in; before any other character, another
/// backslash among them, both stay. So a string can end in a backslash: two of them.
Token Lexer::string(char quote) {
    const std::size_t begin = at_++;
    std::string value;
    while (at_ < text_.size()) {
        const char letter = text_[at_++];
        if (letter == quote) {
            return {TokenKind::kString, text_.substr(begin, at_ - begin), std::move(value), begin};
        }
        if (letter == '\\' && at_ < text_.size()) {
            const char escaped = text_[at_++];
            if (escaped != quote) value.push_back(letter);
            value.push_back(escaped);
        } else {
            value.push_back(letter);
        }
    }
    at_ = begin;
    return broken(fmt::format("the string does not end; {} is due", quote));
}

Token Lexer::word() {
    const std::size_t begin = at_;
    bool digits = true;
    while (at_ < text_.size() && is_name_char(text_[at_])) digits &= is_digit(text_[at_++]);
    const std::string_view word = text_.substr(begin, at_ - begin);
    return {digits ? TokenKind::kInteger : TokenKind::kWord, word, {}, begin};
}

Token Lexer::symbol() {
    for (const std::string_view symbol : kSymbols) {
        if (!text_.substr(at_).starts_with(symbol)) continue;
        const std::size_t begin = std::exchange(at_, at_ + symbol.size());
        return {TokenKind::kSymbol, symbol, {}, begin};
    }
    const std::size_t size = event::decode_utf8(text_.substr(at_)).size;
    if (size == 0) return broken("not UTF-8");
    return broken(fmt::format("{} means nothing here", event::shown(text_.substr(at_, size))));
}

Token Lexer::broken(std::string why) {
    const std::size_t begin = std::exchange(at_, text_.size());
    return {TokenKind::kBroken, text_.substr(begin), std::move(why), begin};
}

}  // namespace sluice::project::cesql
