#include "outbox/relay/postgres.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <libpq-fe.h>
#include <poll.h>
#include <utility>

namespace sluice::outbox {

namespace {

/// Of the first line, without libpq's line end.
std::string first_line(const char* message) {
    std::string_view text{message};
    text = text.substr(0, text.find('\n'));
    constexpr std::string_view kPrefix = "ERROR:  ";
    if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
    return std::string{text};
}

/// What an SQLSTATE means for whoever asked (PostgreSQL, "Appendix A. PostgreSQL Error Codes").
ErrorCode code_of(std::string_view state) {
    const std::string_view kind = state.substr(0, 2);
    constexpr std::array<std::string_view, 6> passing{"08", "40", "53", "55", "57", "58"};
    if (std::find(passing.begin(), passing.end(), kind) != passing.end()) {
        return ErrorCode::kUnavailable;
    }
    constexpr std::array<std::string_view, 3> lasting{"28", "3D", "42"};
    if (std::find(lasting.begin(), lasting.end(), kind) != lasting.end()) {
        return ErrorCode::kBadConfig;
    }
    return ErrorCode::kInvalidArgument;
}

std::string advice_of(std::string_view state) {
    constexpr std::string_view kUndefinedTable = "42P01";
    if (state == kUndefinedTable) return "; `sluice outbox migrate` makes the tables";
    return {};
}

}  // namespace

PgRows::PgRows(pg_result* result) : result_{result} {}

void PgRows::Clear::operator()(pg_result* result) const noexcept {
    PQclear(result);
}

std::size_t PgRows::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

bool PgRows::is_null(std::size_t row, int column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

std::string_view PgRows::text(std::size_t row, int column) const {
    const int at = static_cast<int>(row);
    return {
        PQgetvalue(result_.get(), at, column),
        static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::int64_t PgRows::number(std::size_t row, int column) const {
    const std::string_view digits = text(row, column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    SLUICE_ASSERT(error == std::errc{} && end == digits.data() + digits.size());
    return value;
}

bool PgRows::truth(std::size_t row, int column) const {
    return text(row, column) == "t";
}

std::string PgRows::bytes(std::size_t row, int column) const {
    const std::string_view hex = text(row, column);
    SLUICE_ASSERT(hex.starts_with("\\x") && hex.size() % 2 == 0);
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t at = 2; at < hex.size(); at += 2) {
        bytes.push_back(static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1])));
    }
    return bytes;
}

std::uint64_t PgRows::affected() const {
    const std::string_view digits = PQcmdTuples(result_.get());
    std::uint64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string pg_array(std::span<const std::int64_t> values) {
    return fmt::format("{{{}}}", fmt::join(values, ","));
}

std::string pg_array(std::span<const std::string> values) {
    std::string text{"{"};
    for (const std::string& value : values) {
        if (text.size() > 1) text.push_back(',');
        text.push_back('"');
        for (const char c : value) {
            if (c == '"' || c == '\\') text.push_back('\\');
            text.push_back(c);
        }
        text.push_back('"');
    }
    text.push_back('}');
    return text;
}

void PgConnection::Finish::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

Result<PgConnection> PgConnection::open(const std::string& where, const std::string& application) {
    // What `where` says goes before: it is expanded behind them.
    constexpr std::array<const char*, 10> names{
        "connect_timeout",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "fallback_application_name",
        "client_encoding",
        "options",
        "dbname",
        nullptr};
    const std::array<const char*, 10> values{
        "5",
        "5",
        "5",
        "3",
        "20000",
        application.c_str(),
        "UTF8",
        "-c statement_timeout=60s -c bytea_output=hex",
        where.c_str(),
        nullptr};
    PgConnection opened{PQconnectdbParams(names.data(), values.data(), /*expand_dbname=*/1)};
    pg_conn* const raw = opened.connection_.get();
    if (raw == nullptr) return Error{ErrorCode::kUnavailable, "PostgreSQL: out of memory"};
    if (PQstatus(raw) != CONNECTION_OK) {
        return Error{ErrorCode::kUnavailable, "PostgreSQL: " + first_line(PQerrorMessage(raw))};
    }
    PQsetNoticeProcessor(
        raw, [](void*, const char*) {}, nullptr
    );
    return opened;
}

bool PgConnection::is_open() const {
    return PQstatus(connection_.get()) == CONNECTION_OK;
}

Error PgConnection::error_of(const pg_result* result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == nullptr || !is_open()) {
        const std::string why = first_line(PQerrorMessage(connection_.get()));
        return Error{ErrorCode::kUnavailable, "PostgreSQL: " + why};
    }
    std::string text = first_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (const char* hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT); hint != nullptr) {
        text += fmt::format(" ({})", hint);
    }
    return Error{code_of(state), "PostgreSQL: " + text + advice_of(state)};
}

Result<PgRows> PgConnection::answer(pg_result* raw) const {
    PgRows rows{raw};
    const ExecStatusType status = PQresultStatus(raw);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
    return error_of(raw);
}

Result<PgRows> PgConnection::run(
    std::string_view statement, std::initializer_list<PgValue> values
) {
    auto prepared = prepared_.find(statement);
    if (prepared == prepared_.end()) {
        std::string name = fmt::format("s{}", prepared_.size());
        const std::string text{statement};
        auto made = answer(PQprepare(connection_.get(), name.c_str(), text.c_str(), 0, nullptr));
        if (!made) return made.error();
        prepared = prepared_.emplace(statement, std::move(name)).first;
    }
    std::vector<const char*> texts;
    for (const PgValue& value : values) texts.push_back(value ? value->c_str() : nullptr);
    return answer(PQexecPrepared(
        connection_.get(),
        prepared->second.c_str(),
        static_cast<int>(texts.size()),
        texts.data(),
        nullptr,
        nullptr,
        /*resultFormat=*/0
    ));
}

Status PgConnection::run_script(const std::string& script) {
    // Several statements in one call are one transaction.
    auto done = answer(PQexec(connection_.get(), script.c_str()));
    if (!done) return done.error();
    return ok();
}

Status PgConnection::wait(Milliseconds time, int wake) {
    std::array<pollfd, 2> both{
        pollfd{PQsocket(connection_.get()), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    static_cast<void>(::poll(both.data(), both.size(), static_cast<int>(time.count())));
    if (both[0].revents == 0) return ok();
    if (PQconsumeInput(connection_.get()) == 1) return ok();
    return error_of(nullptr);
}

std::vector<std::string> PgConnection::notifications() {
    std::vector<std::string> payloads;
    while (PGnotify* const one = PQnotifies(connection_.get())) {
        payloads.emplace_back(one->extra);
        PQfreemem(one);
    }
    return payloads;
}

namespace {

constexpr std::string_view kBegin = "begin";
constexpr std::string_view kCommit = "commit";
constexpr std::string_view kRollback = "rollback";

}  // namespace

Result<PgTransaction> PgTransaction::begin(PgConnection& connection) {
    auto begun = connection.run(kBegin);
    if (!begun) return begun.error();
    return PgTransaction{connection};
}

Status PgTransaction::commit() {
    auto committed = std::exchange(connection_, nullptr)->run(kCommit);
    if (!committed) return committed.error();
    return ok();
}

PgTransaction::~PgTransaction() {
    if (connection_ == nullptr) return;
    static_cast<void>(connection_->run(kRollback).has_value());
}

}  // namespace sluice::outbox
