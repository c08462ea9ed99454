#include "store/mysql/mysql_handle.hpp"

#include "store/sql_text.hpp"

#include <algorithm>
#include <array>

namespace sluice::store {

namespace {

using Kind = SqlError::Kind;

// Errors of MySQL's and MariaDB's reference, by number: their headers disagree on names.
constexpr std::array kBusy{
    1205U,  // a lock was not free in time
    1317U,  // interrupted, by KILL QUERY
    1969U,  // MariaDB: max_statement_time
    3024U,  // MySQL: max_execution_time
    3572U,  // nowait
};
constexpr std::array kSerialization{
    1020U,  // MariaDB: the row has changed since it was read
    1213U,  // deadlock
    1615U,  // to be prepared anew
    2057U,  // the same, as the client sees it: other columns than it was prepared with
};
constexpr std::array kConstraint{
    1364U,  // no default
    3819U,  // MySQL: check
    4025U,  // MariaDB: check
};
constexpr std::array kConnection{
    1021U,  // disk full
    1028U,
    1030U,  // the storage engine
    1040U,
    1203U,
    1226U,  // too many connections
    1053U,  // the server shuts down
    1114U,  // a table is full
    1129U,  // this host is blocked
    1290U,
    1792U,
    1836U,  // it may only be read
    1927U,  // killed
};
constexpr unsigned kOfClient = 2000;  // to 2999: the client's own; of those, what is no connection:
constexpr std::array kOfClientOther{
    2014U,  // commands out of sync
    2030U,  // not prepared
    2031U,  // no data for a place
    2034U,  // a place that is not there
    2036U,  // a type that cannot be bound
};

template <std::size_t Count>
bool is_one(const std::array<unsigned, Count>& numbers, unsigned number) noexcept {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

SqlError::Kind kind_of_number(unsigned number, std::string_view sqlstate) noexcept {
    if (is_one(kBusy, number)) return Kind::kBusy;
    if (is_one(kSerialization, number) || sqlstate == "40001") return Kind::kSerialization;
    if (is_one(kConstraint, number) || sqlstate.starts_with("23")) return Kind::kConstraint;
    if (is_one(kConnection, number) || sqlstate.starts_with("08")) return Kind::kConnection;
    const bool client = number >= kOfClient && number < kOfClient + 1'000;
    return client && !is_one(kOfClientOther, number) ? Kind::kConnection : Kind::kOther;
}

SqlError mysql_failure(MYSQL* handle, std::string_view statement) {
    const Kind kind = kind_of_number(mysql_errno(handle), mysql_sqlstate(handle));
    return sql_error(kind, mysql_error(handle), statement);
}

SqlError mysql_failure(MYSQL_STMT* prepared, std::string_view statement) {
    const Kind kind = kind_of_number(mysql_stmt_errno(prepared), mysql_stmt_sqlstate(prepared));
    return sql_error(kind, mysql_stmt_error(prepared), statement);
}

bool ends_its_transaction(unsigned number) noexcept {
    constexpr unsigned kDeadlock = 1213;
    return number == kDeadlock || kind_of_number(number, "") == Kind::kConnection;
}

bool is_stale(unsigned number) noexcept {
    return number == 1615 || number == 2057;
}

void run_command(MYSQL* handle, std::string_view text) {
    if (mysql_real_query(handle, text.data(), text.size()) != 0) throw mysql_failure(handle, text);
    for (int more = 0; more == 0; more = mysql_next_result(handle)) {
        const MysqlResult unwanted{mysql_store_result(handle)};
        if (!unwanted && mysql_errno(handle) != 0) throw mysql_failure(handle, text);
    }
    if (mysql_errno(handle) != 0) throw mysql_failure(handle, text);
}

}  // namespace sluice::store
