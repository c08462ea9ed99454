#include "store/postgres/postgres_branch.hpp"

#include "base/assert.hpp"
#include "store/postgres/postgres_session.hpp"
#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace sluice::store {

namespace {

constexpr std::string_view kUnknownName = "42704";
constexpr std::string_view kNotOwner = "42501";
constexpr std::string_view kNotNow = "55000";
constexpr std::string_view kTooMany = "53200";

std::string literal_of(const std::string& gid) {
    SLUICE_ASSERT(gid.find_first_of("'\\") == std::string::npos);
    return "'" + gid + "'";
}

constexpr std::string_view kRaise =
    "; raise max_prepared_transactions, or see what holds them: select * from pg_prepared_xacts";
constexpr std::string_view kBeOwner = "; connect as the user who prepared it, or as a superuser";

class PostgresBranch final : public BranchSession {
public:
    PostgresBranch(PostgresPtr handle, std::string shown)
        : raw_{handle.get()},
          shown_{std::move(shown)},
          session_{std::move(handle)} {}

    [[nodiscard]] Status examine(std::size_t prepared_max) override {
        const auto set =
            session_.query("select current_setting('max_prepared_transactions')::bigint");
        const std::int64_t most = set.front().integer(0);
        if (most >= static_cast<std::int64_t>(prepared_max)) return ok();
        return Error{
            ErrorCode::kBadConfig,
            fmt::format(
                "{}: max_prepared_transactions is {}, and up to {} transactions may be prepared at "
                "a time: set it to that or more in postgresql.conf and restart the server{}",
                shown_,
                most,
                prepared_max,
                most == 0 ? "" : ", or lower acts_max"
            )};
    }

    Sql& begin(const std::string& gid) override {
        gid_ = gid;
        session_.begin();
        return session_;
    }

    void prepare() override {
        session_.require_usable();
        const std::string text = "prepare transaction " + literal_of(gid_);
        const PostgresResult ran{PQexec(raw_, text.c_str())};
        if (!succeeded(ran.get())) fail(ran.get(), text);
        // To a transaction in which something has failed the server answers ROLLBACK, and no error.
        if (std::string_view{PQcmdStatus(ran.get())} == "PREPARE TRANSACTION") return;
        throw sql_error(
            SqlError::Kind::kSerialization, "nothing was prepared: a statement had failed", text
        );
    }

    void rollback() noexcept override { session_.rollback(); }

    bool commit_prepared(const std::string& gid) override { return end("commit prepared ", gid); }

    bool rollback_prepared(const std::string& gid) override {
        return end("rollback prepared ", gid);
    }

    [[nodiscard]] std::vector<PreparedBranch> prepared() override {
        std::vector<PreparedBranch> all;
        const auto rows = session_.query(
            "select gid, owner::text, (extract(epoch from prepared) * 1000)::bigint "
            "from pg_prepared_xacts where database = current_database() order by gid"
        );
        all.reserve(rows.size());
        for (const SqlRow& row : rows) {
            all.push_back({row.text(0), row.text(1), Instant{row.integer(2)}});
        }
        return all;
    }

    [[nodiscard]] bool idle() const override {
        return PQstatus(raw_) == CONNECTION_OK && PQtransactionStatus(raw_) == PQTRANS_IDLE;
    }

private:
    bool end(const char* verb, const std::string& gid) {
        const std::string text = verb + literal_of(gid);
        const PostgresResult ran{PQexec(raw_, text.c_str())};
        if (succeeded(ran.get())) return true;
        if (sqlstate_of(ran.get()) == kUnknownName) return false;
        fail(ran.get(), text);
    }

    /// What the server's own words leave open is added to them.
    [[noreturn]] void fail(const PGresult* result, const std::string& text) {
        const SqlError error = postgres_error(raw_, result, text);
        const std::string_view state = sqlstate_of(result);
        const bool refused = state == kTooMany || state == kNotNow;
        const std::string_view advice = state == kTooMany    ? kRaise
                                        : state == kNotOwner ? kBeOwner
                                                             : "";
        throw SqlError{
            refused ? SqlError::Kind::kBusy : error.kind(),
            std::string{error.what()}.append(advice)};
    }

    PGconn* raw_;  ///< the session's
    std::string shown_;
    std::string gid_;
    PostgresSession session_;
};

}  // namespace

Result<std::unique_ptr<BranchSession>> open_postgres_branch(const ServerOptions& options) {
    auto handle = connect_postgres(options);
    if (!handle) return handle.error();
    return std::unique_ptr<BranchSession>{
        std::make_unique<PostgresBranch>(std::move(handle).value(), options.shown("postgresql"))};
}

}  // namespace sluice::store
