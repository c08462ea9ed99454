#include "orchestrate/event_saga_port.hpp"

#include "base/assert.hpp"
#include "orchestrate/saga_json.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::orchestrate {

namespace {

constexpr std::size_t kAtOnce = 500;

}  // namespace

Event event_of(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
) {
    Event event;
    event.id = saga::to_string(command.key);
    event.source = "/sagas/" + definition.name;
    event.type = spec_of(command, definition).to;
    event.subject = instance.subject;
    event.datacontenttype = "application/json";
    event.data = command_body(command, definition, instance);
    return event;
}

EventSagaPort::EventSagaPort(Publish publish, OnRefused on_refused)
    : publish_{std::move(publish)},
      on_refused_{std::move(on_refused)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void EventSagaPort::stop() noexcept {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void EventSagaPort::send(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
) {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= kWaitingMax) return;
    waiting_.push_back(event_of(command, definition, instance));
    changed_.notify_all();
}

void EventSagaPort::run(const std::stop_token& stop) {
    while (true) {
        std::unique_lock lock{mutex_};
        if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
        if (stop.stop_requested()) return;
        const auto count = std::min(waiting_.size(), kAtOnce);
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
        const std::vector<Event> events{
            std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)};
        waiting_.erase(waiting_.begin(), end);
        lock.unlock();
        const std::vector<Status> answers = publish_(events);
        SLUICE_ASSERT(answers.size() == events.size());
        for (std::size_t at = 0; at < events.size(); ++at) {
            if (!answers[at]) on_refused_(events[at].id, answers[at].error());
        }
    }
}

}  // namespace sluice::orchestrate
