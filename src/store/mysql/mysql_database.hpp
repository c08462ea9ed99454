#pragma once

#include "store/database_url.hpp"
#include "store/session.hpp"

#include <utility>

namespace sluice::store {

/// A database on a MySQL (8.0 or later) or MariaDB (10.5 or later) server, by libmariadb. Sessions
/// are read committed and strict: a value that does not fit is an error, never cut. They wait for a
/// lock and for a statement no longer than they are told. A server whose
/// innodb_flush_log_at_trx_commit is not 1 may lose commits that have answered.
class MysqlDatabase final : public Database {
public:
    explicit MysqlDatabase(ServerOptions options) : options_{std::move(options)} {}

    [[nodiscard]] Result<std::unique_ptr<Session>> open_session() const override;

private:
    ServerOptions options_;
};

}  // namespace sluice::store
