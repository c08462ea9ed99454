#include "store/statement_cache.hpp"

#include "store/sql_text.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace sluice::store {

sqlite3_stmt* StatementCache::find(std::string_view text) {
    StatementPtr* found = statements_.find(text);
    return found == nullptr ? nullptr : found->get();
}

sqlite3_stmt* StatementCache::get(std::string_view text) {
    if (sqlite3_stmt* known = find(text); known != nullptr) return known;
    sqlite3_stmt* made = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &made, &tail
    );
    StatementPtr statement{made};
    if (code != SQLITE_OK) throw sqlite_error(handle_, text);
    const bool more = std::any_of(tail, text.data() + text.size(), [](char character) {
        return std::isspace(static_cast<unsigned char>(character)) == 0 && character != ';';
    });
    if (!statement || more) {
        throw sql_error(SqlError::Kind::kOther, kOneAtATime, text);
    }
    static_cast<void>(statements_.make_room());  // the one that gave way is finalized
    return statements_.add(text, std::move(statement)).get();
}

}  // namespace sluice::store
