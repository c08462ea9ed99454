#pragma once

#include <sluice/result.hpp>

#include "runtime/domain/activity.hpp"
#include "runtime/sequencing/sequencing_session.hpp"

#include <cstddef>
#include <cstdint>
#include <stop_token>

namespace sluice::runtime {

/// Which homes are a task's: of those that are this process's, every `of`-th from the `index`-th
/// on. Without a membership: those of its options.
struct TaskShare {
    const log::Membership* membership{nullptr};
    std::size_t index{0};
    std::size_t of{1};
};

/// Sequences some homes of a domain until it is stopped. When its share of them changes it ends its
/// step, gives all back, and takes what is its share now. Fenced, or unsure of a step's outcome,
/// it drops what it has, takes the homes anew and reads everything again from what is certain.
/// Threads:  `run` is the body of one thread; `probe` is read from any.
/// Lifetime: all of the context, and the membership, outlive it.
/// Failure:  `run` answers what taking the homes anew does not mend.
class SequencingTask {
public:
    SequencingTask(
        TaskContext context, TaskOptions options, Activity& activity, TaskShare share = {}
    );

    /// Stops between two steps.
    Status run(const std::stop_token& stop);

private:
    Status run_session(const std::stop_token& stop);
    [[nodiscard]] std::uint64_t take_share();
    [[nodiscard]] bool is_share_of(std::uint64_t round) const;
    [[nodiscard]] Status log_is_alive() const;

    TaskContext context_;
    TaskOptions options_;
    Activity& activity_;
    TaskShare share_;
    bool opened_before_{false};
};

}  // namespace sluice::runtime
