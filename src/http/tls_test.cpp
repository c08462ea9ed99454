#include "base/clock.hpp"
#include "http/certificate.hpp"
#include "http/client.hpp"
#include "http/raw_connection.hpp"
#include "http/server.hpp"
#include "http/test_certificate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>

namespace sluice::http {
namespace {

namespace fs = std::filesystem;

class Tls : public testing::Test {
protected:
    Tls() { fs::create_directories(directory_); }

    ~Tls() override { fs::remove_all(directory_); }

    Status start(const TlsFiles& files) {
        auto certificate = Certificate::load(files);
        if (!certificate) return certificate.error();
        certificate_ = std::move(certificate).value();
        ServerOptions options;
        options.certificate = certificate_;
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

    /// Whether a look at the files has found another certificate, or why it cannot be used.
    [[nodiscard]] std::string renewed() const {
        const auto renewed = certificate_->renew();
        if (!renewed) return renewed.error().message;
        return renewed.value() ? "yes" : "no";
    }

    [[nodiscard]] std::string copied(const std::string& file) const {
        const fs::path copy = directory_ / "before.pem";
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        return copy.string();
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
    std::shared_ptr<Certificate> certificate_;
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

TEST_F(Tls, ARenewedCertificateIsShownWithoutARestart) {
    const TlsFiles files = test::made_certificate(directory_, "ours");
    ASSERT_TRUE(start(files));
    const std::string before = copied(files.certificate);
    EXPECT_EQ(renewed(), "no") << "nothing has changed";
    const TlsFiles next = test::made_certificate(directory_, "next");
    fs::rename(next.key, files.key);
    fs::rename(next.certificate, files.certificate);
    EXPECT_TRUE(ask(ClientTls{before})) << "until it is looked at";
    EXPECT_EQ(renewed(), "yes");
    EXPECT_TRUE(ask(ClientTls{files.certificate}));
    EXPECT_FALSE(ask(ClientTls{before}));
    EXPECT_EQ(renewed(), "no");
}

TEST_F(Tls, WhatCannotBeUsedLeavesTheOneBeforeAndIsToldOnce) {
    const TlsFiles files = test::made_certificate(directory_, "ours");
    ASSERT_TRUE(start(files));
    const std::string before = copied(files.certificate);
    const TlsFiles next = test::made_certificate(directory_, "next");
    fs::rename(next.certificate, files.certificate);  // half of it is there
    EXPECT_EQ(renewed(), files.key + ": is not the key of " + files.certificate);
    EXPECT_EQ(renewed(), "no") << "nothing has changed since";
    EXPECT_TRUE(ask(ClientTls{before}));
    fs::remove(files.key);
    EXPECT_EQ(renewed(), files.key + ": cannot be read");
    EXPECT_TRUE(ask(ClientTls{before}));
    fs::rename(next.key, files.key);
    EXPECT_EQ(renewed(), "yes");
    EXPECT_TRUE(ask(ClientTls{files.certificate}));
}

TEST_F(Tls, SaysWhenItExpires) {
    ASSERT_TRUE(start(test::made_certificate(directory_, "ours")));
    const Milliseconds left = certificate_->expires_at() - SystemClock{}.now();
    EXPECT_GT(left, std::chrono::hours{47});
    EXPECT_LE(left, std::chrono::hours{48});
}

TEST_F(Tls, IsRenewedWhileClientsCome) {
    const TlsFiles files = test::made_certificate(directory_, "ours");
    ASSERT_TRUE(start(files));
    std::atomic<bool> done{false};
    std::jthread renewing{[&] {
        for (int round = 0; round < 10; ++round) {
            const TlsFiles next = test::made_certificate(directory_, "next");
            fs::rename(next.key, files.key);
            fs::rename(next.certificate, files.certificate);
            EXPECT_EQ(renewed(), "yes");
        }
        done = true;
    }};
    int answers = 0;
    do {
        EXPECT_TRUE(ask(ClientTls{{}, false}));
        ++answers;
    } while (!done);
    EXPECT_GT(answers, 10);
}

}  // namespace
}  // namespace sluice::http
