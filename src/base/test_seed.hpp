#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace sluice::test {

/// The seed of a model test: SLUICE_SEED if set, otherwise random. Print it:
/// SCOPED_TRACE(test::rerun(seed)).
inline std::uint64_t seed() {
    const char* text =
        std::getenv("SLUICE_SEED");  // NOLINT(concurrency-mt-unsafe): nothing writes it
    if (text != nullptr) return std::strtoull(text, nullptr, 10);
    return (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
}

inline std::string rerun(std::uint64_t seed) {
    return fmt::format("rerun with SLUICE_SEED={}", seed);
}

}  // namespace sluice::test
