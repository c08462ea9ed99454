#pragma once

#include <sluice/time.hpp>

#include <cstddef>

namespace sluice::log::kafka {

/// When a home's fold tables are packed into a snapshot, so that another machine need not fold the
/// whole of what they are a fold of.
struct SnapshotRules {
    std::size_t bytes_min{std::size_t{64} << 20};  ///< the home has written since the last one
    Milliseconds every{3'600'000};                 ///< at the latest, if it has written anything

    bool operator==(const SnapshotRules&) const = default;
};

}  // namespace sluice::log::kafka
