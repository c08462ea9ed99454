#pragma once

#include "store/database_url.hpp"
#include "store/session.hpp"

#include <utility>

namespace sluice::store {

/// A database on a PostgreSQL server (13 or later), by libpq. Sessions are read committed, wait for
/// a lock and for a statement no longer than they are told, and commit to disk
/// (synchronous_commit, where it is off, is turned on). A peer that has gone without a word is
/// noticed within 45 seconds.
class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(ServerOptions options) : options_{std::move(options)} {}

    [[nodiscard]] Result<std::unique_ptr<Session>> open_session() const override;

private:
    ServerOptions options_;
};

}  // namespace sluice::store
