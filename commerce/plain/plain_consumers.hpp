#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>
#include <sluice/service.hpp>

#include "store/session.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::commerce {

/// What consumer teams have without Sluice, done well: each service reads each of its topics as
/// they come, handles an event in a transaction, knows an event that it has handled by its id,
/// retries what fails, and then gives it up. The handlers are the same; only the order is what the
/// topics make of it.
/// Threads:  one.
/// Failure:  kIo and what the database answers; an event that is given up is counted, not an error.
/// Limits:   `kEventsPerTransaction` events of a service are one transaction, each behind a
///           savepoint.
class PlainConsumers {
public:
    static constexpr std::size_t kEventsPerTransaction = 5'000;

    /// Makes the service's database, or goes on with it.
    [[nodiscard]] Status add(const Service& service, const std::string& sqlite_file);

    /// The next event of its topic; every service that wants its type gets it.
    [[nodiscard]] Status consume(const Event& event);

    /// Commits what is open.
    [[nodiscard]] Status finish();

    [[nodiscard]] std::uint64_t handled() const { return handled_; }

    [[nodiscard]] std::uint64_t duplicates() const { return duplicates_; }

    [[nodiscard]] std::uint64_t given_up() const { return given_up_; }

private:
    struct Consumer {
        Service service;
        std::string file;
        std::unique_ptr<store::Session> session;
    };

    [[nodiscard]] store::Session& session_of(const std::string& file);
    void handle(Consumer& consumer, const Handler& handler, const Event& event);

    std::vector<Consumer> consumers_;
    std::size_t open_events_{0};
    std::uint64_t handled_{0};
    std::uint64_t duplicates_{0};
    std::uint64_t given_up_{0};
};

}  // namespace sluice::commerce
