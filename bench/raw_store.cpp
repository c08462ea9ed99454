#include "bench/raw_store.hpp"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::bench {

namespace {

void require_that(bool holds, const std::string& what) {
    if (holds) return;
    fmt::print(stderr, "sluice_bench: {}\n", what);
    std::_Exit(1);
}

std::unique_ptr<rocksdb::DB> open(const std::filesystem::path& directory) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options, directory.string(), &db);
    require_that(opened.ok(), opened.ToString());
    return std::unique_ptr<rocksdb::DB>{db};
}

void append_all(rocksdb::DB& db, const Load& load) {
    const std::string value(load.data_bytes, 'x');
    rocksdb::WriteOptions synced;
    synced.sync = true;
    for (std::uint64_t event = 0; event < load.events;) {
        rocksdb::WriteBatch batch;
        for (std::size_t at = 0; at < load.batch && event < load.events; ++at, ++event) {
            require_that(batch.Put(fmt::format("{:016x}", event), value).ok(), "batch");
        }
        require_that(db.Write(synced, &batch).ok(), "write");
    }
}

void execute(sqlite3* db, const char* statement) {
    require_that(
        sqlite3_exec(db, statement, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(db)
    );
}

}  // namespace

RawRates raw_store(const Load& load) {
    const auto db = open(load.directory / "raw");
    const double append = timed([&] { append_all(*db, load); }).seconds;
    std::uint64_t bytes = 0;
    const double scan = timed([&] {
                            const std::unique_ptr<rocksdb::Iterator> it{db->NewIterator({})};
                            for (it->SeekToFirst(); it->Valid(); it->Next())
                                bytes += it->value().size();
                        }).seconds;
    require_that(bytes == load.events * load.data_bytes, "the scan lost something");
    const auto events = static_cast<double>(load.events);
    return RawRates{events / append, events / scan};
}

double raw_sqlite(const Load& load) {
    sqlite3* opened = nullptr;
    require_that(
        sqlite3_open((load.directory / "raw.sqlite").c_str(), &opened) == SQLITE_OK, "sqlite"
    );
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db{opened, &sqlite3_close};
    execute(opened, "PRAGMA journal_mode=WAL");
    execute(opened, "PRAGMA synchronous=FULL");
    execute(
        opened, "CREATE TABLE inbox (subject TEXT PRIMARY KEY, position INTEGER, hash INTEGER)"
    );
    execute(opened, "CREATE TABLE model (subject TEXT PRIMARY KEY, events INTEGER)");
    sqlite3_stmt* inbox = nullptr;
    sqlite3_stmt* model = nullptr;
    const char* upsert_inbox =
        "INSERT INTO inbox VALUES (?1, ?2, ?2) ON CONFLICT (subject) DO UPDATE SET position = "
        "excluded.position, "
        "hash = excluded.hash WHERE excluded.position > inbox.position";
    const char* upsert_model =
        "INSERT INTO model VALUES (?1, 1) ON CONFLICT (subject) DO UPDATE SET events = "
        "model.events + 1";
    require_that(
        sqlite3_prepare_v2(opened, upsert_inbox, -1, &inbox, nullptr) == SQLITE_OK,
        sqlite3_errmsg(opened)
    );
    require_that(
        sqlite3_prepare_v2(opened, upsert_model, -1, &model, nullptr) == SQLITE_OK,
        sqlite3_errmsg(opened)
    );
    const Cost cost = timed([&] {
        for (std::uint64_t event = 0; event < load.events; ++event) {
            if (event % load.batch == 0) execute(opened, event == 0 ? "BEGIN" : "COMMIT; BEGIN");
            const std::string subject = fmt::format("order-{}", event * 7919 % load.subjects);
            for (sqlite3_stmt* statement : {inbox, model}) {
                sqlite3_bind_text(
                    statement, 1, subject.data(), static_cast<int>(subject.size()), nullptr
                );
                if (statement == inbox)
                    sqlite3_bind_int64(statement, 2, static_cast<std::int64_t>(event) + 1);
                require_that(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(opened));
                sqlite3_reset(statement);
            }
        }
        execute(opened, "COMMIT");
    });
    sqlite3_finalize(inbox);
    sqlite3_finalize(model);
    return static_cast<double>(load.events) / cost.seconds;
}

}  // namespace sluice::bench
