#pragma once

#include <sluice/result.hpp>

#include "commerce/run/input.hpp"
#include "commerce/run/options.hpp"
#include "commerce/run/summary.hpp"
#include "commerce/run/workspace.hpp"

#include <functional>

namespace sluice::commerce {

struct RunControl {
    Progress progress;
    std::function<bool()>
        cancelled;  ///< asked often; true ends the run with kCancelled, to be resumed
};

/// The main job: the input's events through the channels, Sluice and the nine services, then the
/// oracle. A run that was killed goes on where it was. Threads: one. Failure: kCancelled on
/// request; what Sluice answers.
[[nodiscard]] Result<RunSummary> run_sluice(
    const Workspace& workspace, const RunInput& input, const RunControl& control
);

/// Of a run on Kafka that keeps nothing: its topics and groups go.
[[nodiscard]] Status remove_topics(const Workspace& workspace);

/// The same events, as the topics bring them, through the same handlers without Sluice.
[[nodiscard]] Result<RunSummary> run_plain(
    const Workspace& workspace, const RunInput& input, const RunControl& control
);

/// The oracle alone, over the databases in `models`.
[[nodiscard]] Result<oracle::Comparison> check_models(
    const Workspace& workspace, const std::filesystem::path& models, const Progress& progress
);

}  // namespace sluice::commerce
