#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/run/workspace.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/summary.hpp"

namespace sluice::commerce {

/// The orders of a run and what the seed rule adds to them.
struct RunInput {
    RawData raw;
    Additions additions;
    Summary summary;
};

/// Reads or generates the orders, applies the seed rule, and keeps both as files, which the oracle
/// reads; a run that is resumed finds them there. Failure: what is wrong with a CSV file, with file
/// and line; kInvalidArgument when a floor is missed.
[[nodiscard]] Result<RunInput> prepare_input(const Workspace& workspace, const Progress& progress);

}  // namespace sluice::commerce
