#include "orchestrate/saga_desk.hpp"

#include <utility>

namespace sluice::orchestrate {

Result<std::unique_ptr<SagaDesk>> SagaDesk::start(Parts parts) {
    auto book = SagaBook::make(parts.definitions);
    if (!book) return book.error();
    auto http = HttpSagaPort::open(parts.http, parts.definitions, parts.clock);
    if (!http) return http.error();
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<SagaDesk> desk{new SagaDesk};
    desk->http_ = std::move(http).value();
    desk->events_ = std::make_unique<EventSagaPort>(
        std::move(parts.publish),
        [raw = desk.get()](const std::string& key, const Error& why) { raw->refused(key, why); }
    );
    desk->ways_ = std::make_unique<Ways>(*desk->http_, *desk->events_);
    auto keeper = SagaKeeper::start(
        {parts.log, parts.clock, *desk->ways_, std::move(book).value(), parts.limits}
    );
    if (!keeper) return keeper.error();
    desk->keeper_ = std::move(keeper).value();
    desk->http_->connect(*desk->keeper_);
    desk->told_.store(desk->keeper_.get());
    desk->route_ = std::make_unique<SagaRoute>(*desk->keeper_, parts.log);
    return desk;
}

/// The saga shows why, and the event is published again.
void SagaDesk::refused(const std::string& key, const Error& why) {
    SagaKeeper* keeper = told_.load();
    const auto parsed = saga::parse_key(key);
    if (keeper == nullptr || !parsed) return;
    saga::Reply reply{parsed->step, parsed->direction, saga::Verdict::kLater};
    reply.reason = why.message;
    static_cast<void>(keeper->post(AnswerSaga{parsed->saga, std::move(reply)}));
}

void SagaDesk::stop() noexcept {
    if (keeper_) keeper_->stop();
    if (http_) http_->disconnect();
    if (events_) events_->stop();
}

}  // namespace sluice::orchestrate
