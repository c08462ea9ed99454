#include "store/database_url.hpp"

#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace sluice::store {
namespace {

using UrlKind = DatabaseUrl::Kind;

ServerOptions server(std::string_view text) {
    const auto parsed = DatabaseUrl::parse(text);
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    return parsed ? parsed->server : ServerOptions{};
}

std::string refusal(std::string_view text) {
    const auto parsed = DatabaseUrl::parse(text);
    if (parsed.has_value()) return "taken";
    EXPECT_EQ(parsed.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(parsed.error().message.find("sqlite:FILE, postgresql://USER@"), std::string::npos)
        << "it says what is allowed";
    return parsed.error().message;
}

TEST(DatabaseUrl, APathIsAnSqliteFile) {
    for (const auto& [text, path] : std::vector<std::pair<std::string, std::string>>{
             {"sqlite:read.db", "read.db"},
             {"sqlite:/var/lib/read.db", "/var/lib/read.db"},
             {"read.db", "read.db"},
             {"a:b.db", "a:b.db"},
             {"postgres.db", "postgres.db"},
             {"./mysql", "./mysql"}}) {
        const auto parsed = DatabaseUrl::parse(text);
        ASSERT_TRUE(parsed.has_value()) << text;
        EXPECT_EQ(parsed->kind, UrlKind::kSqlite);
        EXPECT_EQ(parsed->sqlite_path, path);
    }
}

TEST(DatabaseUrl, AServerHasItsParts) {
    EXPECT_EQ(DatabaseUrl::parse("postgres://a@b/c")->kind, UrlKind::kPostgres);
    EXPECT_EQ(DatabaseUrl::parse("mariadb://a@b/c")->kind, UrlKind::kMysql);
    const ServerOptions all = server("mysql://sales:p%40ss:w@db.example:3307/shop%2F1");
    EXPECT_EQ(all.user, "sales");
    EXPECT_EQ(all.password, "p@ss:w");
    EXPECT_EQ(all.host, "db.example");
    EXPECT_EQ(all.port, 3307);
    EXPECT_EQ(all.database, "shop/1");
    EXPECT_EQ(server("postgresql://a@b/c").port, 5432);
    EXPECT_EQ(server("mysql://a@b/c").port, 3306);
    EXPECT_EQ(server("postgresql://a@[::1]:99/c").host, "::1");
    EXPECT_EQ(server("postgresql://a@[::1]:99/c").port, 99);
    EXPECT_EQ(server("postgresql://a@%2Frun%2Fpostgresql/c").host, "/run/postgresql");
}

TEST(DatabaseUrl, OptionsAreTaken) {
    const ServerOptions all = server(
        "mysql://a@b/c?tls=verify&tls-ca=%2Fca.pem&connect-timeout-ms=1&lock-timeout-ms=2"
        "&statement-timeout-ms=3600000&password-file=secret"
    );
    EXPECT_EQ(all.tls, Tls::kVerified);
    EXPECT_EQ(all.tls_ca, "/ca.pem");
    EXPECT_EQ(all.connect_timeout.count(), 1);
    EXPECT_EQ(all.lock_timeout.count(), 2);
    EXPECT_EQ(all.statement_timeout.count(), 3'600'000);
    EXPECT_EQ(all.password_file, "secret");
    EXPECT_EQ(server("mysql://a@b/c?tls=off").tls, Tls::kOff);
    EXPECT_EQ(server("mysql://a@b/c?tls=require").tls, Tls::kRequired);
}

TEST(DatabaseUrl, WhatIsWrongIsSaid) {
    for (const auto& [text, told] : std::vector<std::pair<std::string, std::string>>{
             {"redis://a@b/c", "redis://…: there is no such kind of database"},
             {"", "no database"},
             {"sqlite:", "no database"},
             {"postgresql:a@b/c", "two slashes"},
             {"mysql://b/c", "names no user"},
             {"mysql://@b/c", "names no user"},
             {"mysql://a%4@b/c", "names no user"},
             {"mysql://a%zz@b/c", "names no user"},
             {"mysql://a@/c", "host is missing"},
             {"mysql://a@b:0/c", "port is none"},
             {"mysql://a@b:65536/c", "port is none"},
             {"mysql://a@b:3x/c", "port is none"},
             {"mysql://a@b", "names no database"},
             {"mysql://a@b/", "names no database"},
             {"mysql://a@b/c?sslmode=x", "an option is password-file=FILE"},
             {"mysql://a@b/c?tls=maybe", "the value of tls is none of off"},
             {"mysql://a@b/c?lock-timeout-ms=0", "lock-timeout-ms is none of 1 to 3600000"},
             {"mysql://a@b/c?lock-timeout-ms=", "lock-timeout-ms is none of 1 to 3600000"},
             {"mysql://a@b/c?lock-timeout-ms=3600001", "none of 1 to 3600000"},
             {"mysql://a@b/c?tls-ca", "tls-ca is none of the paths"},
             {"mysql://a:b@c/d?password-file=e", "a password and a password-file"}}) {
        EXPECT_NE(refusal(text).find(told), std::string::npos) << text << ": " << refusal(text);
    }
}

TEST(DatabaseUrl, NoMessageShowsAPassword) {
    for (const char* text :
         {"mysql://a:secret@b:x/c",
          "mysql://a:se/secret@b/c",
          "mysql://a:%secret@b/c",
          "mysql://a:secret@b/c?secret",
          "mysql://:secret@b/c",
          "mysql:a:secret@b/c"}) {
        EXPECT_EQ(refusal(text).find("secret"), std::string::npos) << refusal(text);
    }
    EXPECT_EQ(server("mysql://a:secret@b/c").shown("mysql"), "mysql://a@b:3306/c");
    EXPECT_EQ(server("mysql://a:secret@[::1]/c").shown("mysql"), "mysql://a@[::1]:3306/c");
}

TEST(DatabaseUrl, APasswordIsReadWhenItIsNeeded) {
    const test::TempDir dir;
    ServerOptions options = server("mysql://a:plain@b/c");
    EXPECT_EQ(options.read_password().value(), "plain");
    options.password_file = dir.file("password");
    EXPECT_EQ(
        options.read_password().error().message,
        dir.file("password") + ": has no first line to read; write the password there"
    );
    std::ofstream{dir.file("password")} << "first\nsecond\n";
    EXPECT_EQ(options.read_password().value(), "first");
    std::ofstream{dir.file("password")} << "another";
    EXPECT_EQ(options.read_password().value(), "another");
}

}  // namespace
}  // namespace sluice::store
