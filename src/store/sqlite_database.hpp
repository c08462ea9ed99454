#pragma once

#include <sluice/time.hpp>

#include "store/session.hpp"

#include <string>

namespace sluice::store {

struct SqliteOptions {
    std::string path;                  ///< the file; made if it is not there, its directory is not
    Milliseconds busy_timeout{5'000};  ///< for another process's lock, then kBusy; 0 to 600,000
};

/// SQLite in a file: write-ahead log, synchronous=FULL (a commit that has returned is on disk),
/// foreign keys on. A session keeps up to 16 MiB of pages in memory, and the write-ahead log grows
/// to about 16 MiB before it is copied into the file.
class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(SqliteOptions options) : options_{std::move(options)} {}

    [[nodiscard]] Result<std::unique_ptr<Session>> open_session() const override;

private:
    SqliteOptions options_;
};

}  // namespace sluice::store
