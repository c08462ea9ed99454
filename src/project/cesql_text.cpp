#include "project/cesql_text.hpp"

#include "event/text.hpp"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <memory>
#include <type_traits>

namespace sluice::project::cesql {

namespace {

/// Property White_Space of the Unicode character database.
bool is_blank(std::uint32_t point) {
    return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
           point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

/// The C library's tables, for every language alike. Made once; it lives as long as the process.
locale_t unicode() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
}

template <class Map>
void append_mapped(std::string& out, std::string_view text, Map map) {
    while (!text.empty()) {
        const event::CodePoint next = event::decode_utf8(text);
        if (next.size == 0) {
            out.push_back(text.front());
            text.remove_prefix(1);
            continue;
        }
        event::append_utf8(out, map(next.value));
        text.remove_prefix(next.size);
    }
}

bool is_ascii_letter(std::uint32_t point, char first, char last) {
    return point >= static_cast<unsigned char>(first) && point <= static_cast<unsigned char>(last);
}

}  // namespace

std::size_t char_bytes(std::string_view text) {
    return std::max<std::size_t>(event::decode_utf8(text).size, 1);
}

std::size_t char_count(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(char_bytes(text));
    return count;
}

std::size_t bytes_of_chars(std::string_view text, std::size_t count) {
    std::size_t bytes = 0;
    for (; count > 0 && bytes < text.size(); --count) bytes += char_bytes(text.substr(bytes));
    return bytes;
}

void append_lower(std::string& out, std::string_view text) {
    append_mapped(out, text, [](std::uint32_t point) -> std::uint32_t {
        if (is_ascii_letter(point, 'A', 'Z')) return point + ('a' - 'A');
        if (point < 0x80 || unicode() == nullptr) return point;
        return static_cast<std::uint32_t>(::towlower_l(static_cast<wint_t>(point), unicode()));
    });
}

void append_upper(std::string& out, std::string_view text) {
    append_mapped(out, text, [](std::uint32_t point) -> std::uint32_t {
        if (is_ascii_letter(point, 'a', 'z')) return point - ('a' - 'A');
        if (point < 0x80 || unicode() == nullptr) return point;
        return static_cast<std::uint32_t>(::towupper_l(static_cast<wint_t>(point), unicode()));
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty()) {
        const event::CodePoint first = event::decode_utf8(text);
        if (first.size == 0 || !is_blank(first.value)) break;
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        std::size_t begin = text.size() - 1;  // the last character begins at most 3 bytes before
        while (begin > 0 && text.size() - begin < 4 &&
               (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
            --begin;
        }
        const event::CodePoint last = event::decode_utf8(text.substr(begin));
        if (last.size != text.size() - begin || !is_blank(last.value)) break;
        text.remove_suffix(last.size);
    }
    return text;
}

}  // namespace sluice::project::cesql
