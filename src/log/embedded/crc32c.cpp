#include "log/embedded/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace sluice::log {

namespace {

static_assert(std::endian::native == std::endian::little, "slicing below reads words as they lie");

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reversed
constexpr std::size_t kSlices = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
        tables[0][byte] = crc;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[slice - 1][byte];
            tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xFFFFFFFFU;
    std::size_t at = 0;
    for (; at + kSlices <= bytes.size(); at += kSlices) {  // eight bytes a turn ("slicing by 8")
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        word ^= crc;
        crc = 0;
        for (std::size_t slice = 0; slice < kSlices; ++slice) {
            crc ^= kTables[kSlices - 1 - slice][(word >> (8 * slice)) & 0xFFU];
        }
    }
    for (; at < bytes.size(); ++at) {
        crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<std::uint8_t>(bytes[at])) & 0xFFU];
    }
    return crc ^ 0xFFFFFFFFU;
}

}  // namespace sluice::log
