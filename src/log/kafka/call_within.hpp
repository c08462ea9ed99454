#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <thread>

namespace sluice::log::kafka {

/// Makes a call that may never come back, on a thread of its own, and waits no longer than
/// `patience`. Nothing: it has not come back by then. The thread, and what `call` holds, then stay
/// until it does; `call` must own all that it uses.
template <class T>
[[nodiscard]] std::optional<T> call_within(
    std::chrono::milliseconds patience, std::function<T()> call
) {
    std::packaged_task<T()> task{std::move(call)};
    std::future<T> answer = task.get_future();
    std::thread{std::move(task)}.detach();
    if (answer.wait_for(patience) != std::future_status::ready) return std::nullopt;
    return answer.get();
}

}  // namespace sluice::log::kafka
