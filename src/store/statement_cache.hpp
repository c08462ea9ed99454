#pragma once

#include "store/recently_used.hpp"
#include "store/sqlite_handle.hpp"

#include <string_view>

namespace sluice::store {

/// Prepared statements by their text; the least recently used one goes when it is full.
/// Threads:  one at a time.
/// Lifetime: the connection outlives it; an answer lives until the next call.
/// Failure:  throws SqlError when a text cannot be prepared, or holds more than one statement.
class StatementCache {
public:
    StatementCache(sqlite3* handle, std::size_t statements_max)
        : handle_{handle},
          statements_{statements_max} {}

    [[nodiscard]] sqlite3_stmt* find(std::string_view text);

    /// Prepares it if it is not there.
    [[nodiscard]] sqlite3_stmt* get(std::string_view text);

    [[nodiscard]] std::size_t size() const { return statements_.size(); }

private:
    sqlite3* handle_;
    RecentlyUsed<StatementPtr> statements_;
};

}  // namespace sluice::store
