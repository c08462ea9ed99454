#include "store/sqlite_handle.hpp"

#include "store/sql_text.hpp"

namespace sluice::store {

SqlError::Kind kind_of(int code) noexcept {
    if (code == SQLITE_BUSY_SNAPSHOT) return SqlError::Kind::kSerialization;
    const int primary = code & 0xFF;
    switch (primary) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return SqlError::Kind::kBusy;
        case SQLITE_CONSTRAINT: return SqlError::Kind::kConstraint;
        case SQLITE_ABORT:
        case SQLITE_CANTOPEN:
        case SQLITE_CORRUPT:
        case SQLITE_FULL:
        case SQLITE_INTERRUPT:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_NOTADB:
        case SQLITE_PERM:
        case SQLITE_PROTOCOL:
        case SQLITE_READONLY: return SqlError::Kind::kConnection;
        default: return SqlError::Kind::kOther;  // an int, not an enum of ours
    }
}

SqlError sqlite_error(sqlite3* handle, std::string_view statement) {
    return sql_error(kind_of(sqlite3_extended_errcode(handle)), sqlite3_errmsg(handle), statement);
}

}  // namespace sluice::store
