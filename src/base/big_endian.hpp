#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// Eight bytes, the highest first: keys that end in such ascend as the numbers do. (Values are
/// written by ByteWriter.)
inline void put_big_endian(std::string& out, std::uint64_t value) {
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        out.push_back(static_cast<char>((value >> (shift - 8)) & 0xFFU));
    }
}

/// Of at most eight bytes; of none: 0.
[[nodiscard]] constexpr std::uint64_t get_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
    return value;
}

}  // namespace sluice
