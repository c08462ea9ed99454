#pragma once

#include <sluice/result.hpp>

#include "runtime/activity.hpp"
#include "runtime/sequencing_session.hpp"

#include <stop_token>

namespace sluice::runtime {

/// Sequences some homes of a domain until it is stopped. Fenced, or unsure of a step's outcome,
/// it drops what it has, takes the homes anew and reads everything again from what is certain.
/// Threads:  `run` is the body of one thread; `probe` is read from any.
/// Lifetime: all of the context outlives it.
/// Failure:  `run` answers what taking the homes anew does not mend.
class SequencingTask {
public:
    SequencingTask(TaskContext context, TaskOptions options, Activity& activity);

    /// Stops between two steps.
    Status run(const std::stop_token& stop);

private:
    Status run_session(const std::stop_token& stop);
    [[nodiscard]] Status log_is_alive() const;

    TaskContext context_;
    TaskOptions options_;
    Activity& activity_;
    bool opened_before_{false};
};

}  // namespace sluice::runtime
