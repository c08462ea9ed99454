#pragma once

#include "store/postgres/postgres_handle.hpp"
#include "store/recently_used.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// A statement that the server knows by a name of ours, and the types it has found for its places.
struct PostgresStatement {
    std::string name;
    std::vector<Oid> types;
};

/// Prepared statements of a session, by their text with `?`.
/// Threads:  one at a time.
/// Lifetime: the connection outlives it; an answer lives until the next call.
/// Failure:  throws SqlError when a text cannot be prepared, or holds more than one statement.
class PostgresStatements {
public:
    PostgresStatements(PGconn* handle, std::size_t statements_max)
        : handle_{handle},
          kept_{statements_max} {}

    [[nodiscard]] const PostgresStatement* find(std::string_view text) { return kept_.find(text); }

    /// Prepares it: two round trips. It is not there yet.
    const PostgresStatement& prepare(std::string_view text);

    /// The server keeps what it has under its name, which is never used again; it goes with the
    /// session.
    void forget(std::string_view text) { kept_.forget(text); }

    [[nodiscard]] std::size_t size() const { return kept_.size(); }

private:
    PGconn* handle_;
    RecentlyUsed<PostgresStatement> kept_;
    std::uint64_t made_{0};
};

}  // namespace sluice::store
