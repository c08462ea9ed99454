#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What libFuzzer calls, and so does our own driver: once for each input, in one process. A
/// property that does not hold is a SLUICE_ASSERT, which ends it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace sluice::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return {};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text, which is what
    // they are here
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace sluice::fuzz
