#include "commerce/events/json_text.hpp"

#include "commerce/events/codec.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace sluice::commerce {

namespace {

constexpr std::string_view kWantedInteger = "expected an integer from 0 to 10^15";

/// What may follow a backslash, and what it stands for.
constexpr std::string_view kLetters = "\"\\/bfnrt";
constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0 | code >> 6);
        byte(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        byte(0xE0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    } else {
        byte(0xF0 | code >> 18);
        byte(0x80 | (code >> 12 & 0x3F));
        byte(0x80 | (code >> 6 & 0x3F));
        byte(0x80 | (code & 0x3F));
    }
}

}  // namespace

void JsonReader::skip_blanks() {
    while (at_ < text_.size() && std::string_view{" \t\r\n"}.find(text_[at_]) != text_.npos) ++at_;
}

bool JsonReader::take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
}

bool JsonReader::expect(char c) {
    return take(c) || fail(fmt::format("expected '{}'", c));
}

bool JsonReader::end() {
    skip_blanks();
    return at_ == text_.size() || fail("expected the end of the payload");
}

bool JsonReader::read(std::int64_t& value) {
    skip_blanks();
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    if (begin == end || !is_digit(*begin)) return fail(kWantedInteger);
    const auto [stop, error] = std::from_chars(begin, end, value);
    const bool leading_zero = *begin == '0' && stop - begin > 1;
    const bool goes_on = stop != end && (*stop == '.' || *stop == 'e' || *stop == 'E');
    if (error != std::errc{} || value > kIntegerMax || leading_zero || goes_on)
        return fail(kWantedInteger);
    at_ += static_cast<std::size_t>(stop - begin);
    return true;
}

bool JsonReader::read(std::string& value) {
    if (!take('"')) return fail("expected a string");
    value.clear();
    for (;;) {
        std::size_t stop = at_;
        while (stop < text_.size() && text_[stop] != '"' && text_[stop] != '\\' &&
               static_cast<unsigned char>(text_[stop]) >= 0x20) {
            ++stop;
        }
        value.append(text_.substr(at_, stop - at_));
        at_ = stop;
        if (at_ >= text_.size()) return fail("the string does not end");
        const char c = text_[at_++];
        if (c == '"') return true;
        if (c != '\\') return fail("a control character inside a string");
        if (!read_escape(value)) return false;
    }
}

bool JsonReader::read_escape(std::string& value) {
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    const std::size_t found = kLetters.find(c);
    if (found != kLetters.npos) {
        value += kMeant[found];
        return true;
    }
    std::uint32_t code = 0;
    if (c != 'u' || !read_code_unit(code)) return fail("an escape that JSON does not know");
    if (code >= 0xD800 && code < 0xDC00) {
        std::uint32_t low = 0;
        const bool pair = text_.substr(at_, 2) == "\\u";
        at_ += pair ? 2 : 0;
        if (!pair || !read_code_unit(low) || low < 0xDC00 || low >= 0xE000) {
            return fail("half a surrogate pair");
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
        return fail("half a surrogate pair");
    }
    if (code == 0) return fail("U+0000 inside a string");
    append_utf8(value, code);
    return true;
}

bool JsonReader::read_code_unit(std::uint32_t& unit) {
    const std::string_view digits = text_.substr(at_, 4);
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc{} || stop - digits.data() != 4) return false;
    at_ += 4;
    return true;
}

bool JsonReader::fail(std::string_view what) {
    if (what_.empty()) {
        what_ = what;
        failed_at_ = at_;
    }
    return false;
}

bool JsonReader::inside(std::string_view member) {
    const bool joins = !path_.empty() && path_.front() != '[';
    path_.insert(0, fmt::format("{}{}", member, joins ? "." : ""));
    return false;
}

bool JsonReader::inside(std::size_t element) {
    const bool joins = !path_.empty() && path_.front() != '[';
    path_.insert(0, fmt::format("[{}]{}", element, joins ? "." : ""));
    return false;
}

Error JsonReader::error() const {
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format("{}{}{} (byte {})", path_, path_.empty() ? "" : ": ", what_, failed_at_)};
}

void append_json(std::string& out, std::string_view value) {
    out += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_json(std::string& out, std::int64_t value) {
    char digits[20];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), value);
    out.append(std::begin(digits), end);
}

}  // namespace sluice::commerce
