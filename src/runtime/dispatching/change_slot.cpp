#include "runtime/dispatching/change_slot.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::runtime {

bool ChangeSlot::is_free() const {
    const std::lock_guard lock{mutex_};
    return state_ == State::kFree && !closed_;
}

void ChangeSlot::put(ChangePart part) {
    {
        const std::lock_guard lock{mutex_};
        SLUICE_ASSERT(state_ == State::kFree);
        part_ = std::move(part);
        state_ = State::kPut;
    }
    submitted_.moved();
}

bool ChangeSlot::wait_until_free(std::chrono::milliseconds timeout) const {
    std::unique_lock lock{mutex_};
    freed_.wait_for(lock, timeout, [&] { return state_ == State::kFree || closed_; });
    return state_ == State::kFree && !closed_;
}

std::optional<ChangePart> ChangeSlot::take() {
    const std::lock_guard lock{mutex_};
    if (state_ != State::kPut) return std::nullopt;
    state_ = State::kTaken;
    return std::exchange(part_, {});
}

void ChangeSlot::written() {
    {
        const std::lock_guard lock{mutex_};
        SLUICE_ASSERT(state_ == State::kTaken);
        state_ = State::kFree;
    }
    freed_.notify_all();
}

void ChangeSlot::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    freed_.notify_all();
}

bool ChangeSlot::is_closed() const {
    const std::lock_guard lock{mutex_};
    return closed_;
}

}  // namespace sluice::runtime
