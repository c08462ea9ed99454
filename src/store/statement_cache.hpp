#pragma once

#include "store/sqlite_handle.hpp"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::store {

/// Prepared statements by their text; the least recently used one goes when it is full.
/// Threads:  one at a time.
/// Lifetime: the connection outlives it; an answer lives until the next call.
/// Failure:  throws SqlError when a text cannot be prepared, or holds more than one statement.
class StatementCache {
public:
    StatementCache(sqlite3* handle, std::size_t statements_max)
        : handle_{handle},
          statements_max_{statements_max} {}

    [[nodiscard]] sqlite3_stmt* find(std::string_view text);

    /// Prepares it if it is not there.
    [[nodiscard]] sqlite3_stmt* get(std::string_view text);

    [[nodiscard]] std::size_t size() const { return by_use_.size(); }

private:
    struct Entry {
        std::string text;
        StatementPtr statement;
    };

    sqlite3* handle_;
    std::size_t statements_max_;
    std::list<Entry> by_use_;  // the last used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator>
        by_text_;  // views into by_use_
};

}  // namespace sluice::store
