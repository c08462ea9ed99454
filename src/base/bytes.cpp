#include "base/bytes.hpp"

namespace sluice {

void ByteWriter::u8(std::uint8_t value) {
    out_.push_back(static_cast<char>(value));
}

void ByteWriter::u32(std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) u8(static_cast<std::uint8_t>(value >> shift));
}

void ByteWriter::u64(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) u8(static_cast<std::uint8_t>(value >> shift));
}

void ByteWriter::varint(std::uint64_t value) {
    while (value >= 0x80) {
        u8(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    u8(static_cast<std::uint8_t>(value));
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
    std::uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= std::uint32_t{u8()} << shift;
    return value;
}

std::uint64_t ByteReader::u64() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 8) value |= std::uint64_t{u8()} << shift;
    return value;
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

std::string_view ByteReader::bytes() {
    return take(varint());
}

}  // namespace sluice
