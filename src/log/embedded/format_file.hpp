#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <filesystem>

namespace sluice::log {

/// `FORMAT` in the directory: one line, "sluice embedded log 2". Read before anything else is
/// touched, so that a program of another version changes nothing.
enum class Found : std::uint8_t {
    kNothing,  ///< a fresh directory, now stamped; or one whose making was cut short
    kStore,
};

/// kUnsupported: another version, named. kCorrupt: a store without its stamp, or a stamp whose
/// store has lost its root file while data files are there; nothing is made over them.
[[nodiscard]] Result<Found> check_format(
    const std::filesystem::path& directory, const std::filesystem::path& store
);

}  // namespace sluice::log
