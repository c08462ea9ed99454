// Servers with TLS and passwords: what is asked for is had, or the database is not opened.

#include "store/connect/database_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace sluice::store {
namespace {

class SecuredServer : public test::DatabaseTest {
protected:
    void SetUp() override {
        if (is_sqlite()) GTEST_SKIP() << "there is no server";
        server_ = std::make_unique<sluice::test::DatabaseServer>(
            GetParam(), sluice::test::DatabaseServer::Secured{}
        );
        if (!server_->missing().empty()) GTEST_SKIP() << server_->missing();
        options_ = patient(server_->url()).server;
        options_.password = sluice::test::DatabaseServer::kPassword;
    }

    /// "encrypted", "plain" or why it was not opened.
    std::string opened(const ServerOptions& options) {
        DatabaseUrl url = DatabaseUrl::parse(server_->url()).value();
        url.server = options;
        auto session = database_at(url)->open_session();
        if (!session) {
            EXPECT_EQ(session.error().message.find(options.password), std::string::npos);
            return session.error().message;
        }
        const auto found = session.value()->query(
            is_postgres() ? "select case when ssl then 'yes' else '' end from pg_stat_ssl "
                            "where pid = pg_backend_pid()"
                          : "select variable_value from information_schema.session_status "
                            "where variable_name = 'SSL_CIPHER'"
        );
        return found.front().text(0).empty() ? "plain" : "encrypted";
    }

    std::unique_ptr<sluice::test::DatabaseServer> server_;
    ServerOptions options_;
};

TEST_P(SecuredServer, TlsIsAsItWasAskedFor) {
    ServerOptions options = options_;
    EXPECT_EQ(opened(options), is_postgres() ? "encrypted" : "plain") << "as offered";
    options.tls = Tls::kOff;
    EXPECT_EQ(opened(options), "plain");
    options.tls = Tls::kRequired;
    EXPECT_EQ(opened(options), "encrypted");
    options.tls = Tls::kVerified;
    EXPECT_NE(opened(options).find("certificate"), std::string::npos)
        << "nobody vouches for it: " << opened(options);
    options.tls_ca = server_->certificate();
    EXPECT_NE(opened(options), "encrypted") << "it is of another host";
    options.host = "localhost";
    EXPECT_EQ(opened(options), "encrypted");
}

TEST_P(SecuredServer, APasswordIsGivenAndNeverShown) {
    if (is_mysql()) GTEST_SKIP() << "this server has no accounts";
    const sluice::test::TempDir dir;
    ServerOptions options = options_;
    EXPECT_EQ(opened(options), "encrypted");
    options.password = "another";
    EXPECT_NE(opened(options).find("password authentication failed"), std::string::npos);
    options.password_file = dir.file("password");
    std::ofstream{options.password_file} << sluice::test::DatabaseServer::kPassword << '\n';
    EXPECT_EQ(opened(options), "encrypted");
}

INSTANTIATE_TEST_SUITE_P(On, SecuredServer, test::databases(), test::database_name);

}  // namespace
}  // namespace sluice::store
