#include "commerce/plain/plain_consumers.hpp"

#include "store/sqlite_database.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace sluice::commerce {

namespace {

constexpr std::string_view kSeenTable =
    "CREATE TABLE IF NOT EXISTS _seen (service TEXT, event_id TEXT, PRIMARY KEY (service, "
    "event_id)) WITHOUT ROWID;";

/// The handler is a function of the event and the tables: trying it again at once changes nothing,
/// and whatever comes later comes too late for this event.
Handled call(const Handler& handler, const Event& event, Sql& sql) {
    try {
        return handler(event, sql);
    } catch (const std::exception& thrown) {
        return Handled::dead(thrown.what());
    }
}

}  // namespace

Status PlainConsumers::add(const Service& service, const std::string& sqlite_file) {
    Consumer consumer{service, sqlite_file, nullptr};
    const bool shared =
        std::any_of(consumers_.begin(), consumers_.end(), [&](const Consumer& other) {
            return other.file == sqlite_file;
        });
    if (!shared) {
        auto session = store::SqliteDatabase{{.path = sqlite_file}}.open_session();
        if (!session.has_value()) return session.error();
        consumer.session = std::move(session).value();
    }
    consumers_.push_back(std::move(consumer));
    try {
        session_of(sqlite_file).run_script(service.schema() + std::string{kSeenTable});
    } catch (const SqlError& failed) {
        return Error{ErrorCode::kIo, sqlite_file + ": " + failed.what()};
    }
    return ok();
}

store::Session& PlainConsumers::session_of(const std::string& file) {
    const auto owner =
        std::find_if(consumers_.begin(), consumers_.end(), [&](const Consumer& consumer) {
            return consumer.file == file && consumer.session != nullptr;
        });
    return *owner->session;
}

void PlainConsumers::handle(Consumer& consumer, const Handler& handler, const Event& event) {
    store::Session& session = session_of(consumer.file);
    if (!session.in_transaction()) session.begin();
    const std::int64_t fresh = session.execute(
        "INSERT INTO _seen (service, event_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        {consumer.service.name(), event.id}
    );
    if (fresh == 0) {
        ++duplicates_;
        return;
    }
    session.savepoint();
    if (call(handler, event, session).kind() == Handled::Kind::kDone) {
        session.release();
        ++handled_;
    } else {
        session.rollback_to_savepoint();
        ++given_up_;
    }
}

Status PlainConsumers::consume(const Event& event) {
    try {
        for (Consumer& consumer : consumers_) {
            const auto handler = consumer.service.handlers().find(event.type);
            if (handler != consumer.service.handlers().end())
                handle(consumer, handler->second, event);
        }
    } catch (const SqlError& failed) {
        return Error{ErrorCode::kIo, failed.what()};
    }
    return ++open_events_ < kEventsPerTransaction ? ok() : finish();
}

Status PlainConsumers::finish() {
    open_events_ = 0;
    try {
        for (Consumer& consumer : consumers_) {
            if (consumer.session != nullptr && consumer.session->in_transaction())
                consumer.session->commit();
        }
    } catch (const SqlError& failed) {
        return Error{ErrorCode::kIo, failed.what()};
    }
    return ok();
}

}  // namespace sluice::commerce
