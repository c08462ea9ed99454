#pragma once

#include "runtime/dispatching/ordered_window.hpp"

#include <cstddef>
#include <map>

namespace sluice::runtime {

/// The batches that still have events in work. A batch goes when its last event has left, so that
/// one slow subject holds one batch and not all that was read since.
/// Threads:  one at a time.
class HeldRecords {
public:
    /// Offsets ascend from call to call.
    void enter(const OrderedBatchPtr& batch, Offset offset);

    /// The record of an event that has entered and not left.
    [[nodiscard]] const Record& at(Offset offset) const;

    void leave(Offset offset);

    [[nodiscard]] std::size_t batches() const { return held_.size(); }

private:
    struct Held {
        OrderedBatchPtr batch;
        std::size_t events{0};
    };

    using ByFirst = std::map<Offset, Held>;  // first offset that entered, its batch

    [[nodiscard]] ByFirst::const_iterator find(Offset offset) const;

    ByFirst held_;
};

}  // namespace sluice::runtime
