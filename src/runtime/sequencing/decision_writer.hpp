#pragma once

#include "runtime/domain/probe.hpp"
#include "runtime/sequencing/step_outputs.hpp"
#include "sequence/sequencer.hpp"

#include <string>

namespace sluice::runtime {

/// Writes what the sequencer has decided to the step's outputs, counts it, and tells of what did
/// not simply pass.
/// Threads:  the task's only.
/// Lifetime: outputs and probe outlive it.
class DecisionWriter {
public:
    DecisionWriter(StepOutputs& outputs, SequencingProbe& probe)
        : outputs_{outputs},
          probe_{probe} {}

    /// Answers whether the subject may have changed: a duplicate leaves it as it was.
    bool write(HomeId home, sequence::Decisions decisions, Instant now);

private:
    void release(HomeId home, sequence::Release release, Instant now);
    void aside(HomeId home, sequence::Aside aside);
    void tell(
        NoticeKind kind,
        const sequence::Origin& at,
        const std::string& subject,
        const std::string& reason
    ) const;

    StepOutputs& outputs_;
    SequencingProbe& probe_;
};

}  // namespace sluice::runtime
