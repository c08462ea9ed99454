#include "http/client.hpp"
#include "http/raw_connection.hpp"
#include "http/server.hpp"
#include "http/test_certificate.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>

namespace sluice::http {
namespace {

namespace fs = std::filesystem;

class Tls : public testing::Test {
protected:
    Tls() { fs::create_directories(directory_); }

    ~Tls() override { fs::remove_all(directory_); }

    Status start(const TlsFiles& files) {
        ServerOptions options;
        options.tls = files;
        server_.emplace(std::move(options));
        server_->handle("GET", "/hello", [](const Request&) {
            return Response{200, "text/plain", "hello"};
        });
        return server_->start();
    }

    [[nodiscard]] Result<Response> ask(std::optional<ClientTls> tls) const {
        const Client client{"127.0.0.1", server_->port(), {}, std::move(tls)};
        return client.exchange(Request{"GET", "/hello", {}, {}, {}});
    }

    [[nodiscard]] std::string written(const std::string& name, const std::string& text) const {
        std::ofstream{directory_ / name} << text;
        return (directory_ / name).string();
    }

    /// Why a server does not start.
    [[nodiscard]] std::string refusal(const TlsFiles& files) {
        const Status started = start(files);
        EXPECT_FALSE(started);
        if (started) return {};
        EXPECT_EQ(started.error().code, ErrorCode::kBadConfig);
        return started.error().message;
    }

    fs::path directory_{fs::path{testing::TempDir()} / fmt::format("sluice-tls-{}", ::getpid())};
    std::optional<Server> server_;
};

TEST_F(Tls, WhoeverTrustsTheCertificateIsAnswered) {
    const TlsFiles files = test::made_certificate(directory_, "ours");
    ASSERT_TRUE(start(files));
    const auto answer = ask(ClientTls{files.certificate});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "hello");
    EXPECT_TRUE(ask(ClientTls{{}, false})) << "or asks for no one's word";
}

TEST_F(Tls, AServerThatNobodyVouchesForIsNotBelieved) {
    ASSERT_TRUE(start(test::made_certificate(directory_, "ours")));
    const TlsFiles other = test::made_certificate(directory_, "other");
    for (const ClientTls& tls : {ClientTls{other.certificate}, ClientTls{}}) {
        const auto answer = ask(tls);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
        EXPECT_NE(answer.error().message.find("SSL"), std::string::npos) << answer.error().message;
    }
}

TEST_F(Tls, WhatIsNoTlsIsNotAnswered) {
    const TlsFiles files = test::made_certificate(directory_, "ours");
    ASSERT_TRUE(start(files));
    EXPECT_FALSE(ask(std::nullopt));
    {
        const test::RawConnection plain{server_->port()};
        plain.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    EXPECT_TRUE(ask(ClientTls{files.certificate})) << "and does no harm";
}

TEST_F(Tls, FilesThatCannotBeUsedAreNamed) {
    const TlsFiles good = test::made_certificate(directory_, "good");
    const TlsFiles other = test::made_certificate(directory_, "other");
    const std::string nothing = written("nothing.pem", "");
    const std::string missing = (directory_ / "missing.pem").string();
    EXPECT_EQ(refusal({missing, good.key}), missing + ": cannot be read");
    EXPECT_EQ(refusal({good.certificate, missing}), missing + ": cannot be read");
    EXPECT_EQ(refusal({nothing, good.key}), nothing + ": no certificate in PEM (no start line)");
    EXPECT_NE(
        refusal({good.certificate, nothing})
            .find(nothing + ": no private key without a passphrase"),
        std::string::npos
    );
    EXPECT_EQ(
        refusal({good.certificate, other.key}),
        other.key + ": is not the key of " + good.certificate
    );
    EXPECT_TRUE(start(good));
}

}  // namespace
}  // namespace sluice::http
