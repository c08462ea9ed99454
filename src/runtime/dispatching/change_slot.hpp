#pragma once

#include "log/log.hpp"
#include "runtime/domain/activity.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace sluice::runtime {

/// What a subscription has to write next: all of it in one step.
struct ChangePart {
    std::vector<log::StateChange> changes;
    std::vector<std::pair<HomeId, Offset>> done;      ///< per home: everything below is done
    std::vector<std::pair<HomeId, Offset>> commands;  ///< per home: carried out below it
    std::vector<std::pair<HomeId, Record>> audit;     ///< in their order
};

/// The way of a subscription's changes to its runner: one part at a time, so that nothing piles
/// up. A part is durable when the slot is free again.
/// Threads:  `put`, `is_free` and `wait_until_free` by the worker, `take` and `written` by the
///           runner, `close` by either.
class ChangeSlot {
public:
    explicit ChangeSlot(Activity& submitted) : submitted_{submitted} {}

    [[nodiscard]] bool is_free() const;

    /// Only when free.
    void put(ChangePart part);

    /// False: closed, or it took too long.
    [[nodiscard]] bool wait_until_free(std::chrono::milliseconds timeout) const;

    [[nodiscard]] std::optional<ChangePart> take();

    /// What was taken last is on disk.
    void written();

    /// The runner cannot write any more: nobody shall wait.
    void close();

    [[nodiscard]] bool is_closed() const;

private:
    enum class State : std::uint8_t { kFree, kPut, kTaken };

    Activity& submitted_;
    mutable std::mutex mutex_;
    mutable std::condition_variable freed_;
    State state_{State::kFree};
    bool closed_{false};
    ChangePart part_;
};

}  // namespace sluice::runtime
