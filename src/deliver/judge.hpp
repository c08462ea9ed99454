#pragma once

#include <sluice/event.hpp>
#include <sluice/service.hpp>
#include <sluice/sql.hpp>

#include "base/ids.hpp"
#include "dispatch/dispatcher.hpp"
#include "store/session.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace sluice::deliver {

/// Classes of failures (dispatch::RetryClass): the handler or receiver asks for a retry, or says
/// that it is dead; a constraint of the database; any other statement; the handler threw; another
/// status of HTTP; a request without a whole answer.
inline constexpr std::array<std::string_view, 7> kErrorClasses{
    "asked", "rejected", "constraint", "sql", "thrown", "status", "no-answer"};

/// What a handler's answer, or a failed statement, means to the dispatcher.
[[nodiscard]] std::optional<dispatch::Failure> failure_of(const Handled& handled);
[[nodiscard]] dispatch::Failure failure_of(const SqlError& error);

/// Dead, for the reason that a hole has: somebody must look at it.
[[nodiscard]] dispatch::Failure reused(Position position, const Event& event);

/// Dead: the inbox of this database has no key of so many bytes.
[[nodiscard]] dispatch::Failure too_long(std::string_view subject, const store::Session& session);

/// Whether the same again may succeed: a lock, a deadlock, a database that is away. Not an attempt.
[[nodiscard]] bool is_passing(const SqlError& error);

/// Whether the whole transaction is to be done again, not only the event.
[[nodiscard]] bool ends_transaction(const SqlError& error);

/// Whether another transaction was in the way; the session itself is sound.
[[nodiscard]] bool is_lock(const SqlError& error);

/// kBadConfig names the service and what is allowed.
[[nodiscard]] Status check_service(const Service& service);

}  // namespace sluice::deliver
