#include "base/bytes.hpp"

#include <array>
#include <cstddef>

namespace sluice {

namespace {

constexpr std::size_t kVarintBytesMax = 10;

template <class Number>
void append_little_endian(std::string& out, Number value) {
    std::array<char, sizeof(Number)> bytes;
    for (char& byte : bytes) {
        byte = static_cast<char>(static_cast<std::uint8_t>(value));
        value = static_cast<Number>(value >> 8);
    }
    out.append(bytes.data(), bytes.size());
}

/// Of nothing: 0.
template <class Number>
Number little_endian(std::string_view bytes) {
    Number value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = static_cast<Number>(value << 8) | static_cast<std::uint8_t>(bytes[i - 1]);
    }
    return value;
}

}  // namespace

void ByteWriter::u8(std::uint8_t value) {
    out_.push_back(static_cast<char>(value));
}

void ByteWriter::u32(std::uint32_t value) {
    append_little_endian(out_, value);
}

void ByteWriter::u64(std::uint64_t value) {
    append_little_endian(out_, value);
}

void ByteWriter::varint(std::uint64_t value) {
    std::array<char, kVarintBytesMax> bytes;
    std::size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = static_cast<char>(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    bytes[size++] = static_cast<char>(static_cast<std::uint8_t>(value));
    out_.append(bytes.data(), size);
}

void ByteWriter::bytes(std::string_view value) {
    varint(value.size());
    out_.append(value);
}

std::string_view ByteReader::take(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
        ok_ = false;
        return {};
    }
    std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

std::uint8_t ByteReader::u8() {
    std::string_view taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
}

std::uint32_t ByteReader::u32() {
    return little_endian<std::uint32_t>(take(sizeof(std::uint32_t)));
}

std::uint64_t ByteReader::u64() {
    return little_endian<std::uint64_t>(take(sizeof(std::uint64_t)));
}

std::uint64_t ByteReader::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = u8();
        const bool overflows = shift == 63 && byte > 1;
        if (overflows) break;
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80) == 0) return ok_ ? value : 0;
    }
    ok_ = false;
    return 0;
}

}  // namespace sluice
