#include "store/postgres/postgres_session.hpp"

#include "store/inbox_sql.hpp"
#include "store/number_text.hpp"
#include "store/postgres/postgres_pipeline.hpp"
#include "store/postgres/postgres_values.hpp"
#include "store/sql_text.hpp"

#include <array>
#include <string>
#include <utility>

namespace sluice::store {

namespace {

constexpr std::array<std::string_view, 9> kRefused{
    "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"};

/// Two who make the same table "if it does not exist" at one moment would meet in the catalogue.
constexpr const char* kForScript =
    "set local statement_timeout = 0; set local lock_timeout = 0;"
    "select pg_advisory_xact_lock(7381640285)";

/// A B-tree's entry has at most 2,704 bytes; the other two columns have 136.
constexpr InboxSql kInboxSql{
    "create table if not exists sluice_inbox (domain text not null, subscription text not null, "
    "subject text not null, last_position bigint not null, last_id_hash bigint not null, "
    "updated_at bigint not null, primary key (domain, subscription, subject))",
    kReadInboxRow,
    upsert_inbox_row,
    upsert_inherited_rows,
    2'048};

/// "INSERT 0 2", "UPDATE 2", "DELETE 2", "MERGE 2"; whatever else changes no rows.
std::int64_t changed_rows(PGresult* result) {
    const std::string_view tag{PQcmdStatus(result)};
    for (const std::string_view word : {"INSERT", "UPDATE", "DELETE", "MERGE"}) {
        if (!tag.starts_with(word)) continue;
        return std::get<std::int64_t>(number_of_text(PQcmdTuples(result)));
    }
    return 0;
}

}  // namespace

PostgresResult PostgresSession::run_prepared(
    std::string_view statement, std::span<const SqlValue> values
) {
    const PostgresStatement* prepared = statements_.find(statement);
    if (prepared == nullptr) {
        refuse_words(kRefused, statement);
        send_unsent();  // what fails to be prepared is undone to it
        prepared = &statements_.prepare(statement);
    }
    require_places(prepared->types.size(), values, statement);
    const PostgresParameters parameters{values, prepared->types, statement};
    PostgresResult result = send(*prepared, parameters);
    if (succeeded(result.get())) return result;
    if (is_stale(result.get())) statements_.forget(statement);
    throw postgres_error(handle_.get(), result.get(), statement);
}

PostgresResult PostgresSession::send(
    const PostgresStatement& prepared, const PostgresParameters& parameters
) {
    if (const auto commands = unsent_commands(); !commands.empty()) {
        return run_behind(handle_.get(), commands, prepared, parameters);
    }
    return PostgresResult{PQexecPrepared(
        handle_.get(),
        prepared.name.c_str(),
        parameters.count(),
        parameters.pointers(),
        parameters.lengths(),
        parameters.formats(),
        0
    )};
}

/// They count as sent.
std::span<const char* const> PostgresSession::unsent_commands() {
    static constexpr std::array kCommands{
        "release savepoint sluice_event", "savepoint sluice_event"};
    if (!std::exchange(to_set_, false)) return {};
    return std::span{kCommands}.subspan(std::exchange(to_release_, false) ? 0 : 1);
}

void PostgresSession::send_unsent() {
    for (const char* command : unsent_commands()) run_command(handle_.get(), command);
}

PostgresResult PostgresSession::run(std::string_view statement, std::span<const SqlValue> values) {
    require_usable();
    try {
        return run_prepared(statement, values);
    } catch (const SqlError& error) {
        if (PQtransactionStatus(handle_.get()) == PQTRANS_INERROR) spoiled_ = error;
        throw;
    }
}

std::int64_t PostgresSession::execute(
    std::string_view statement, std::span<const SqlValue> values
) {
    return changed_rows(run(statement, values).get());
}

std::vector<SqlRow> PostgresSession::query(
    std::string_view statement, std::span<const SqlValue> values
) {
    return postgres_rows(run(statement, values).get());
}

void PostgresSession::release() {
    require_usable();
    if (std::exchange(to_set_, false)) return;  // nothing was written behind it
    to_release_ = true;
}

void PostgresSession::commit() {
    forget_unsent();
    const PostgresResult ended = run_command(handle_.get(), "commit");
    // To a transaction in which something has failed the server answers ROLLBACK, and no error.
    if (std::string_view{PQcmdStatus(ended.get())} == "COMMIT") return;
    throw sql_error(
        SqlError::Kind::kSerialization, "nothing was committed: a statement had failed", "commit"
    );
}

void PostgresSession::rollback() noexcept {
    forget_unsent();
    if (!in_transaction()) return;
    // One that fails leaves a lost connection, and with it no transaction.
    const PostgresResult ended{PQexec(handle_.get(), "rollback")};
}

void PostgresSession::forget_unsent() noexcept {
    spoiled_.reset();
    to_set_ = false;
    to_release_ = false;
}

void PostgresSession::rollback_to_savepoint() {
    if (std::exchange(to_set_, false)) return;  // nothing was written behind it
    run_command(
        handle_.get(), "rollback to savepoint sluice_event; release savepoint sluice_event"
    );
    spoiled_.reset();
}

bool PostgresSession::in_transaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(handle_.get());
    return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

void PostgresSession::require_usable() const {
    if (spoiled_.has_value()) throw SqlError{*spoiled_};
}

void PostgresSession::run_script(std::string_view script) {
    begin();
    try {
        run_command(handle_.get(), kForScript);
        const std::string text{script};
        const PostgresResult ran{PQexec(handle_.get(), text.c_str())};
        const bool empty = PQresultStatus(ran.get()) == PGRES_EMPTY_QUERY;
        if (!empty && !succeeded(ran.get())) {
            throw postgres_error(handle_.get(), ran.get(), script);
        }
        commit();
    } catch (const SqlError&) {
        rollback();
        throw;
    }
}

const InboxSql& PostgresSession::inbox_sql() const {
    return kInboxSql;
}

}  // namespace sluice::store
