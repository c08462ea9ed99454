#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace sluice::log::test {

/// What thread `thread` of crash_writer.cpp writes as its nth record: now and then over some pages.
inline std::string crash_text(std::uint32_t thread, std::int64_t n) {
    const auto padding = static_cast<std::size_t>(n * 7'919 % 9'000);
    return fmt::format("{}-{}-{}", thread, n, std::string(n % 5 == 0 ? padding : 5, 'x'));
}

}  // namespace sluice::log::test
