#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::event {

namespace {

constexpr std::size_t kQuotedBytesMax = 40;

std::uint32_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower_text) {
    return text.size() == lower_text.size() && starts_with_ignoring_case(text, lower_text);
}

}  // namespace

CodePoint decode_utf8(std::string_view text) noexcept {
    if (text.empty()) return {};
    const std::uint32_t lead = byte_at(text, 0);
    if (lead < 0x80) return {lead, 1};
    std::size_t size = 0;
    if (lead >= 0xC2 && lead <= 0xDF) size = 2;
    if (lead >= 0xE0 && lead <= 0xEF) size = 3;
    if (lead >= 0xF0 && lead <= 0xF4) size = 4;
    if (size == 0 || text.size() < size) return {};
    constexpr std::array<std::uint32_t, 5> lead_bits{0, 0, 0x1F, 0x0F, 0x07};
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    std::uint32_t value = lead & lead_bits[size];
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte_at(text, at) & 0xC0) != 0x80) return {};
        value = (value << 6) | (byte_at(text, at) & 0x3F);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least[size] || value > 0x10FFFF || surrogate) return {};
    return {value, size};
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto tail = [&](int shift) {
        out.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)));
    };
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
    } else if (code_point < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
        tail(0);
    } else if (code_point < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
        tail(6);
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0 | (code_point >> 18)));
        tail(12);
        tail(6);
        tail(0);
    }
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const CodePoint next = decode_utf8(text);
        if (next.size == 0) return false;
        text.remove_prefix(next.size);
    }
    return true;
}

bool allowed_in_attribute(std::uint32_t code_point) noexcept {
    const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    const bool noncharacter =
        (code_point >= 0xFDD0 && code_point <= 0xFDEF) || (code_point & 0xFFFE) == 0xFFFE;
    return !control && !surrogate && !noncharacter;
}

bool is_json_media_type(std::string_view datacontenttype) noexcept {
    const std::string_view essence = trimmed(datacontenttype.substr(0, datacontenttype.find(';')));
    const std::size_t slash = essence.find('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view subtype = essence.substr(slash + 1);
    const std::size_t plus = subtype.rfind('+');
    return equal_ignoring_case(
        plus == std::string_view::npos ? subtype : subtype.substr(plus + 1), "json"
    );
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_prefix) noexcept {
    return text.size() >= lower_prefix.size() &&
           std::equal(
               lower_prefix.begin(),
               lower_prefix.end(),
               text.begin(),
               [](char wanted, char is) { return wanted == lower(is); }
           );
}

std::string shown(std::string_view value) {
    std::string out{"'"};
    const std::string_view whole = value;
    while (!value.empty()) {
        const CodePoint next = decode_utf8(value);
        const std::size_t size = std::max<std::size_t>(next.size, 1);
        if (whole.size() - value.size() + size > kQuotedBytesMax) break;
        if (next.size > 0 && allowed_in_attribute(next.value)) {
            out.append(value.substr(0, size));
        } else {
            for (const char byte : value.substr(0, size)) {
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
            }
        }
        value.remove_prefix(size);
    }
    if (!value.empty()) return out + fmt::format("…' ({} bytes)", whole.size());
    return out + "'";
}

}  // namespace sluice::event
