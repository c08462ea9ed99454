#include "deliver/judge.hpp"

#include "base/assert.hpp"
#include "store/inbox_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;

namespace {

constexpr std::size_t kNameMax = 64;

}  // namespace

std::optional<Failure> failure_of(const Handled& handled) {
    switch (handled.kind()) {
        case Handled::Kind::kDone: return std::nullopt;
        case Handled::Kind::kRetry:
            return Failure{FailureKind::kRetry, handled.reason(), handled.after(), "asked"};
        case Handled::Kind::kDead:
            return Failure{FailureKind::kDead, handled.reason(), {}, "rejected"};
    }
    SLUICE_UNREACHABLE();
}

Failure failure_of(const SqlError& error) {
    const bool constraint = error.kind() == SqlError::Kind::kConstraint;
    return {
        is_passing(error) ? FailureKind::kNotTried : FailureKind::kDead,
        error.what(),
        {},
        constraint ? "constraint" : "sql"};
}

Failure reused(Position position, const Event& event) {
    return {
        FailureKind::kDead,
        fmt::format(
            "{}position {} is used again: the inbox has it from another event than {} of {}; "
            "compare "
            "sluice read with the service's own rows",
            dispatch::kHoleReason,
            position.value,
            event.id,
            event.source
        ),
        {}};
}

Failure too_long(std::string_view subject, const store::Session& session) {
    return {
        FailureKind::kDead,
        fmt::format(
            "its subject has {} bytes; the inbox of this database takes {}: skip it, or keep the "
            "read model in SQLite",
            subject.size(),
            session.inbox_sql().subject_bytes_max
        ),
        {}};
}

bool is_passing(const SqlError& error) {
    switch (error.kind()) {
        case SqlError::Kind::kBusy:
        case SqlError::Kind::kSerialization:
        case SqlError::Kind::kConnection: return true;
        case SqlError::Kind::kConstraint:
        case SqlError::Kind::kOther: return false;
    }
    SLUICE_UNREACHABLE();
}

bool is_lock(const SqlError& error) {
    return error.kind() == SqlError::Kind::kBusy || error.kind() == SqlError::Kind::kSerialization;
}

bool ends_transaction(const SqlError& error) {
    return error.kind() == SqlError::Kind::kSerialization ||
           error.kind() == SqlError::Kind::kConnection;
}

Status check_service(const Service& service) {
    const std::string& name = service.name();
    const bool plain = std::all_of(name.begin(), name.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-';
    });
    if (name.empty() || name.size() > kNameMax || !plain) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("service \"{}\": a name is 1 to 64 of a-z, 0-9 and -", name)};
    }
    if (service.handlers().empty() && service.effects().empty()) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("service {}: it handles nothing; say on(type, handler)", name)};
    }
    for (const auto& [word, all] :
         {std::pair{"on", &service.handlers()}, std::pair{"effect", &service.effects()}}) {
        for (const auto& [type, handler] : *all) {
            if (!type.empty() && handler) continue;
            return Error{
                ErrorCode::kBadConfig,
                fmt::format("service {}: {}(\"{}\") lacks a type or a handler", name, word, type)};
        }
    }
    return ok();
}

}  // namespace sluice::deliver
