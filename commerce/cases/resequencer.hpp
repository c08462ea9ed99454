#pragma once

#include <sluice/event.hpp>

#include "sequence/arrival.hpp"
#include "sequence/sequencer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sluice::commerce::test {

/// An event as the sequencer sees it: by the platform's contracts, read once. It must be readable
/// and keep its contract.
struct Prepared {
    bool of_calendar{};
    sequence::Arrival arrival;
};

[[nodiscard]] Prepared prepare(const Event& event);

/// In which order Sluice hands events on that arrive in some order: the real sequencer, without a
/// log. No event may be late or in conflict.
class Resequencer {
public:
    Resequencer();

    /// The next event to arrive; answers the ids of what it releases, in order, its own included.
    std::vector<std::string> arrive(const Prepared& event);

    [[nodiscard]] std::size_t duplicates() const { return duplicates_; }

    /// Subjects of which something waits.
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Domain {
        sequence::Sequencer sequencer;
        std::map<std::string, sequence::Subject> subjects;
    };

    std::array<Domain, 2> domains_;  // order, calendar
    std::int64_t arrived_{0};
    std::size_t duplicates_{0};
};

}  // namespace sluice::commerce::test
