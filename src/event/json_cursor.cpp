#include "event/json_cursor.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sluice::event {

namespace {

char closing_of(char bracket) {
    return bracket == '{' ? '}' : ']';
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

}  // namespace

void JsonCursor::fail(std::string_view what) {
    if (!ok()) return;
    failure_ = Error{ErrorCode::kInvalidEvent, fmt::format("byte {}: {}", at_, what)};
}

std::string JsonCursor::found() const {
    return at_ < text_.size() ? shown(text_.substr(at_, 12)) : std::string{"the end"};
}

bool JsonCursor::take(char wanted) {
    if (!ok() || at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
}

void JsonCursor::skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view{" \t\r\n"}.find(text_[at_]) != std::string_view::npos) {
        ++at_;
    }
}

JsonKind JsonCursor::peek() {
    skip_blanks();
    if (!ok()) return JsonKind::kNone;
    switch (ahead()) {
        case '{': return JsonKind::kObject;
        case '[': return JsonKind::kArray;
        case '"': return JsonKind::kString;
        case 't':
        case 'f': return JsonKind::kBool;
        case 'n': return JsonKind::kNull;
        default: return ahead() == '-' || is_digit(ahead()) ? JsonKind::kNumber : JsonKind::kNone;
    }
}

void JsonCursor::open(char bracket) {
    skip_blanks();
    if (!take(bracket)) return fail(fmt::format("expected '{}', found {}", bracket, found()));
    ++depth_;
    fresh_ = true;
}

bool JsonCursor::more(char closing) {
    skip_blanks();
    if (!ok()) return false;
    const bool first = std::exchange(fresh_, false);
    if (take(closing)) {
        --depth_;
        return false;
    }
    if (first || take(',')) return true;
    fail(fmt::format("expected ',' or '{}', found {}", closing, found()));
    return false;
}

std::string JsonCursor::name() {
    std::string text = string();
    skip_blanks();
    if (ok() && !take(':'))
        fail(fmt::format("expected ':' behind {}, found {}", shown(text), found()));
    return text;
}

std::string JsonCursor::string() {
    skip_blanks();
    fresh_ = false;
    std::string decoded;
    if (ok()) skip_string(&decoded);
    return decoded;
}

void JsonCursor::skip_string(std::string* decoded) {
    if (!take('"')) return fail(fmt::format("expected a string, found {}", found()));
    while (ok()) {
        if (at_ >= text_.size()) return fail("the string does not end");
        const char letter = text_[at_];
        if (take('"')) return;
        if (letter == '\\') {
            skip_escape(decoded);
            continue;
        }
        const CodePoint next = decode_utf8(text_.substr(at_, 4));
        if (next.size == 0) return fail("not UTF-8");
        if (next.value < 0x20) return fail("a control character in a string must be escaped");
        if (decoded != nullptr) decoded->append(text_.substr(at_, next.size));
        at_ += next.size;
    }
}

void JsonCursor::skip_escape(std::string* decoded) {
    constexpr std::string_view marks = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const std::size_t mark = at_ < text_.size() ? marks.find(text_[at_]) : std::string_view::npos;
    if (mark != std::string_view::npos) {
        ++at_;
        if (decoded != nullptr) decoded->push_back(meanings[mark]);
        return;
    }
    if (!take('u')) return fail("no such escape");
    std::uint32_t code_point = hex4();
    if (code_point >= 0xD800 && code_point <= 0xDBFF && take('\\') && take('u')) {
        const std::uint32_t low = hex4();
        const bool pair = low >= 0xDC00 && low <= 0xDFFF;
        code_point = pair ? 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00) : 0xD800;
    }
    if (!ok()) return;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
        at_ = start;
        return fail("half of a surrogate pair");
    }
    if (decoded != nullptr) append_utf8(*decoded, code_point);
}

std::uint32_t JsonCursor::hex4() {
    constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
    std::uint32_t value = 0;
    for (int digit = 0; digit < 4; ++digit) {
        const std::size_t found =
            at_ < text_.size() ? digits.find(text_[at_]) : std::string_view::npos;
        if (found == std::string_view::npos) {
            fail("\\u takes four hexadecimal digits");
            return 0;
        }
        value = value * 16 + static_cast<std::uint32_t>(found % 16);
        ++at_;
    }
    return value;
}

void JsonCursor::skip_digits() {
    if (!is_digit(ahead())) return fail(fmt::format("expected a digit, found {}", found()));
    while (is_digit(ahead())) ++at_;
}

void JsonCursor::skip_number() {
    static_cast<void>(take('-'));
    if (!take('0')) skip_digits();
    if (take('.')) skip_digits();
    if (take('e') || take('E')) {
        if (!take('+')) static_cast<void>(take('-'));
        skip_digits();
    }
}

void JsonCursor::skip_word() {
    constexpr std::array<std::string_view, 3> words{"true", "false", "null"};
    for (const std::string_view word : words) {
        if (text_.substr(at_, word.size()) != word) continue;
        at_ += word.size();
        return;
    }
    fail(fmt::format("expected a JSON value, found {}", found()));
}

/// Answers whether a whole value has been read: a scalar or an empty array or object.
bool JsonCursor::begin_value(std::string& owed) {
    switch (peek()) {
        case JsonKind::kString: skip_string(nullptr); return true;
        case JsonKind::kNumber: skip_number(); return true;
        case JsonKind::kBool:
        case JsonKind::kNull:
        case JsonKind::kNone: skip_word(); return true;
        case JsonKind::kArray:
        case JsonKind::kObject: break;
    }
    if (depth_ + owed.size() >= depth_max_) {
        fail(fmt::format("more than {} arrays and objects within each other", depth_max_));
        return true;
    }
    owed.push_back(closing_of(text_[at_++]));
    skip_blanks();
    if (ahead() == owed.back()) return true;
    if (owed.back() == '}') static_cast<void>(name());
    return false;
}

void JsonCursor::next_member(const std::string& owed) {
    if (!take(',')) {
        return fail(fmt::format("expected ',' or '{}', found {}", owed.back(), found()));
    }
    if (owed.back() == '}') static_cast<void>(name());
}

std::string_view JsonCursor::raw() {
    skip_blanks();
    fresh_ = false;
    const std::size_t begin = at_;
    std::string owed;  // the closing brackets that must still come
    while (ok()) {
        if (!begin_value(owed)) continue;
        std::size_t end = at_;
        skip_blanks();
        while (!owed.empty() && take(owed.back())) {
            owed.pop_back();
            end = at_;
            skip_blanks();
        }
        if (!ok()) break;
        if (owed.empty()) return text_.substr(begin, end - begin);
        next_member(owed);
    }
    return {};
}

void JsonCursor::end() {
    skip_blanks();
    if (at_ < text_.size()) fail(fmt::format("expected the end, found {}", found()));
}

bool is_json(std::string_view text, std::size_t depth_max) {
    JsonCursor cursor{text, depth_max};
    static_cast<void>(cursor.raw());
    cursor.end();
    return cursor.ok();
}

}  // namespace sluice::event
