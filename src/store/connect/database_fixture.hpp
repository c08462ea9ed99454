#pragma once

#include "store/connect/connect.hpp"
#include "store/sqlite_database.hpp"
#include "store/temp_dir.hpp"
#include "tests/databases/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace sluice::store::test {

/// A test on each database, in an empty one of its own. Where a server is not installed it skips.
/// Tables in words that all three take: varchar(64), bigint, double precision, text, `bytes()`.
class DatabaseTest : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (is_sqlite()) {
            url_ = "sqlite:" + dir_.file("read.db");
            return;
        }
        if (!server().missing().empty()) GTEST_SKIP() << server().missing();
        static int made = 0;
        const std::string name = fmt::format("test_{}", ++made);
        const bool mysql = GetParam() == "mysql";
        session_at(server().url())
            ->execute(fmt::format(
                "create database {}{}",
                name,
                mysql ? " character set utf8mb4 collate utf8mb4_bin" : ""
            ));
        url_ = server().url(name);
    }

    [[nodiscard]] bool is_sqlite() const { return GetParam() == "sqlite"; }

    [[nodiscard]] bool is_postgres() const { return GetParam() == "postgresql"; }

    [[nodiscard]] bool is_mysql() const { return GetParam() == "mysql"; }

    [[nodiscard]] sluice::test::DatabaseServer& server() const {
        return sluice::test::DatabaseServer::shared(GetParam());
    }

    /// Waits for no lock longer than `lock_timeout`.
    [[nodiscard]] std::unique_ptr<Database> database(
        Milliseconds lock_timeout = Milliseconds{30'000}
    ) const {
        if (is_sqlite()) {
            return std::make_unique<SqliteDatabase>(SqliteOptions{
                dir_.file("read.db"), lock_timeout});
        }
        DatabaseUrl url = patient(url_);
        url.server.lock_timeout = lock_timeout;
        return database_at(url);
    }

    [[nodiscard]] std::unique_ptr<Session> open(Milliseconds lock_timeout = Milliseconds{30'000})
        const {
        return session_of(*database(lock_timeout));
    }

    [[nodiscard]] static std::unique_ptr<Session> session_at(const std::string& url) {
        return session_of(*database_at(patient(url)));
    }

    /// A machine on which much is built answers late.
    [[nodiscard]] static DatabaseUrl patient(const std::string& text) {
        DatabaseUrl url = DatabaseUrl::parse(text).value();
        url.server.connect_timeout = Milliseconds{60'000};
        return url;
    }

    [[nodiscard]] static std::unique_ptr<Session> session_of(const Database& database) {
        auto opened = database.open_session();
        if (!opened) throw std::runtime_error{opened.error().message};
        return std::move(opened.value());
    }

    /// The shortest time that a session waits for another's lock.
    [[nodiscard]] static Milliseconds at_once() { return Milliseconds{1}; }

    [[nodiscard]] const char* bytes() const {
        return is_sqlite() ? "blob" : is_postgres() ? "bytea" : "longblob";
    }

    [[nodiscard]] const std::string& url() const { return url_; }

    /// Ends the connection of another session, as an administrator or a network may.
    void cut(Session& of) const {
        const auto id =
            of.query(is_postgres() ? "select pg_backend_pid()" : "select connection_id()");
        const std::string number = fmt::format("{}", id.front().integer(0));
        const auto by = open();
        if (is_postgres())
            by->query("select pg_terminate_backend(" + number + ", 30000)");
        else
            by->execute("kill connection " + number);
    }

    [[nodiscard]] static std::optional<SqlError> failure(const std::function<void()>& work) {
        try {
            work();
        } catch (const SqlError& error) {
            return error;
        }
        return std::nullopt;
    }

private:
    sluice::test::TempDir dir_;
    std::string url_;
};

inline auto databases() {
    return ::testing::Values("sqlite", "postgresql", "mysql");
}

inline std::string database_name(const ::testing::TestParamInfo<std::string>& one) {
    return one.param;
}

}  // namespace sluice::store::test
