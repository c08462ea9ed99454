#include "event/base64.hpp"

#include <array>
#include <cstdint>

namespace sluice::event {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) value = kNone;
    for (std::size_t at = 0; at < kAlphabet.size(); ++at) {
        values[static_cast<unsigned char>(kAlphabet[at])] = static_cast<std::uint8_t>(at);
    }
    return values;
}

constexpr std::array<std::uint8_t, 256> kValues = make_values();

std::uint32_t byte_or_zero(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t three = byte_or_zero(bytes, at) << 16 |
                                    byte_or_zero(bytes, at + 1) << 8 | byte_or_zero(bytes, at + 2);
        out.push_back(kAlphabet[three >> 18]);
        out.push_back(kAlphabet[(three >> 12) & 0x3F]);
        out.push_back(at + 1 < bytes.size() ? kAlphabet[(three >> 6) & 0x3F] : '=');
        out.push_back(at + 2 < bytes.size() ? kAlphabet[three & 0x3F] : '=');
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char letter : text) {
        const std::uint8_t value = kValues[static_cast<unsigned char>(letter)];
        if (value == kNone) return std::nullopt;
        bits = (bits << 6) | value;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out.push_back(static_cast<char>((bits >> held) & 0xFF));
        bits &= (1U << held) - 1;
    }
    if (bits != 0) return std::nullopt;
    return out;
}

}  // namespace sluice::event
