#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "orchestrate/saga_port.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace sluice::orchestrate {

/// The event that a command is: its id is the key, its source `/sagas/<name>`, its subject the
/// saga's, its data what saga_json.hpp says. Sent twice it is the same event twice, of which one is
/// released.
[[nodiscard]] Event event_of(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
);

/// Publishes commands as events, several with one write.
/// Threads:  `send` from one; publishing has a thread of its own.
/// Lifetime: what it publishes with outlives it.
/// Failure:  an event that is refused is told to `on_refused`, with its key.
/// Limits:   `kWaitingMax` wait; what comes then is dropped, and sent again when its answer is
/// late.
class EventSagaPort final : public SagaPort {
public:
    static constexpr std::size_t kWaitingMax = 10'000;

    using Publish = std::function<std::vector<Status>(std::span<const Event>)>;
    using OnRefused = std::function<void(const std::string& key, const Error& why)>;

    EventSagaPort(Publish publish, OnRefused on_refused);

    ~EventSagaPort() override { stop(); }

    /// What waits is dropped. Safe to repeat.
    void stop() noexcept;

    void send(
        const saga::Send& command,
        const saga::Definition& definition,
        const saga::Instance& instance
    ) override;

private:
    void run(const std::stop_token& stop);

    Publish publish_;
    OnRefused on_refused_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Event> waiting_;
    std::jthread thread_;  ///< last: joins before anything it uses goes
};

}  // namespace sluice::orchestrate
