#pragma once

#include "base/ids.hpp"
#include "dispatch/dispatcher.hpp"

#include <map>

namespace sluice::dispatch {

/// Which offsets are done: all below `next()`, and ranges above it.
/// Threads:  one at a time.
/// Failure:  an offset done twice is our bug and ends the process.
/// Limits:   as many ranges as there are events in flight; the caller bounds those.
class DoneOffsets {
public:
    explicit DoneOffsets(const Progress& restored);

    void add(Offset offset);

    [[nodiscard]] bool contains(Offset offset) const;

    [[nodiscard]] Offset next() const { return next_; }

    /// The end of the highest range; `next()` if there is none.
    [[nodiscard]] Offset end() const;

    [[nodiscard]] Progress progress() const;

private:
    Offset next_;
    std::map<Offset, Offset> above_;  // first -> end, apart from one another and from next_
};

}  // namespace sluice::dispatch
