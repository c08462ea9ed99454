#include "log/embedded/crc32c.hpp"

#include <cstddef>
#include <isa-l/crc.h>

namespace sluice::log {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
    constexpr std::size_t kMost = std::size_t{1} << 30U;  // it counts in int
    std::uint32_t crc = ~before;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kMost);
        // NOLINTNEXTLINE(*-const-cast): it only reads, but asks for bytes that may be written
        auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
        crc = crc32_iscsi(data, static_cast<int>(piece.size()), crc);
        bytes.remove_prefix(piece.size());
    }
    return ~crc;
}

}  // namespace sluice::log
