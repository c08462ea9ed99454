#pragma once

#include <chrono>

namespace sluice::plan {

[[nodiscard]] constexpr double seconds(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace sluice::plan
