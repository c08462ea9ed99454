#include "store/postgres/postgres_handle.hpp"

#include "store/sql_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace sluice::store {

namespace {

using Kind = SqlError::Kind;

struct Meaning {
    std::string_view begins;  ///< of an SQLSTATE
    Kind kind;
};

/// The first that fits. Lost connections; a server that stops, is full, or may only be read (a
/// standby, after a switch); its disk.
constexpr std::array kMeanings{
    Meaning{"40002", Kind::kConstraint},
    Meaning{"40", Kind::kSerialization},
    Meaning{"26000", Kind::kSerialization},  // prepared anew it is known again
    Meaning{"55P03", Kind::kBusy},
    Meaning{"55006", Kind::kBusy},
    Meaning{"57014", Kind::kBusy},
    Meaning{"23", Kind::kConstraint},
    Meaning{"08", Kind::kConnection},
    Meaning{"25006", Kind::kConnection},
    Meaning{"25P03", Kind::kConnection},
    Meaning{"53", Kind::kConnection},
    Meaning{"57P", Kind::kConnection},
    Meaning{"58", Kind::kConnection},
    Meaning{"F0", Kind::kConnection},
    Meaning{"XX001", Kind::kConnection},
    Meaning{"XX002", Kind::kConnection}};

std::string_view field(const PGresult* result, int code) noexcept {
    const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
    return text == nullptr ? std::string_view{} : std::string_view{text};
}

}  // namespace

SqlError::Kind kind_of_state(std::string_view sqlstate) noexcept {
    if (sqlstate.empty()) return Kind::kConnection;
    for (const Meaning& meaning : kMeanings) {
        if (sqlstate.starts_with(meaning.begins)) return meaning.kind;
    }
    return Kind::kOther;
}

std::string_view sqlstate_of(const PGresult* result) noexcept {
    return field(result, PG_DIAG_SQLSTATE);
}

bool is_stale(const PGresult* result) noexcept {
    const std::string_view state = sqlstate_of(result);
    return state == "26000" ||
           (state == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery");
}

bool succeeded(const PGresult* result) noexcept {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

SqlError postgres_error(PGconn* handle, const PGresult* result, std::string_view statement) {
    if (PQresultStatus(result) == PGRES_EMPTY_QUERY) {
        return sql_error(Kind::kOther, kOneAtATime, statement);
    }
    const std::string_view told = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (told.empty()) {
        return sql_error(Kind::kConnection, in_one_line(PQerrorMessage(handle)), statement);
    }
    const Kind kind = is_stale(result) ? Kind::kSerialization : kind_of_state(sqlstate_of(result));
    return sql_error(kind, told, statement);
}

std::string in_one_line(std::string_view message) {
    std::string line;
    for (const char character : message) {
        const bool blank = std::isspace(static_cast<unsigned char>(character)) != 0;
        if (!blank)
            line.push_back(character);
        else if (!line.empty() && line.back() != ' ')
            line.push_back(' ');
    }
    if (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

PostgresResult run_command(PGconn* handle, const std::string& text) {
    PostgresResult result{PQexec(handle, text.c_str())};
    if (!succeeded(result.get())) throw postgres_error(handle, result.get(), text);
    return result;
}

}  // namespace sluice::store
