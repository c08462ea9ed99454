#include "daemon/daemon.hpp"

#include "daemon/connect.hpp"
#include "daemon/operations/daemon_fixture.hpp"
#include "http/client.hpp"
#include "http/test_certificate.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using test::made_event;

class DaemonTest : public testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<Daemon> made() {
        auto setup = load_setup(directory.config());
        EXPECT_TRUE(setup) << setup.error().message;
        return std::make_unique<Daemon>(std::move(setup).value(), logger_, clock_);
    }

    [[nodiscard]] std::unique_ptr<Daemon> started() {
        auto daemon = made();
        const Status start = daemon->start();
        EXPECT_TRUE(start) << start.error().message;
        return daemon;
    }

    [[nodiscard]] static Result<http::Response> page(
        const Daemon& daemon, const std::string& path, bool verbose = false
    ) {
        const Address& at = daemon.info().management;
        http::Request request{"GET", path, {}, {}, {}};
        if (verbose) request.query["verbose"] = "";
        return http::Client{at.host, at.port}.send(request);
    }

    /// Over the API, as the command line does.
    [[nodiscard]] Connection connection() const {
        auto connected = connect(find_place({directory.config(), {}}).value(), Access::kPublish);
        EXPECT_TRUE(connected) << connected.error().message;
        return std::move(connected).value();
    }

    [[nodiscard]] std::string file(const std::string& name) const {
        std::ifstream in{directory.path(name)};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    [[nodiscard]] bool announced() const {
        return std::filesystem::exists(directory.path("data") + "/daemon.json");
    }

    test::ShopDirectory directory;
    std::ostringstream log;

private:
    SystemClock clock_;
    Logger logger_{log, clock_, LogLevel::kInfo};
};

TEST_F(DaemonTest, IsReadyAndAnnouncedUntilItStops) {
    const auto daemon = started();
    EXPECT_TRUE(announced());
    EXPECT_EQ(find_daemon(directory.path("data")), daemon->info());
    EXPECT_EQ(page(*daemon, "/livez").value().body, "ok\n");
    EXPECT_EQ(page(*daemon, "/readyz").value().body, "ok\n");
    EXPECT_EQ(
        page(*daemon, "/readyz", true).value().body,
        "[+]ping ok\n[+]log ok\n[+]engine ok\n[+]intake ok\nreadyz check passed\n"
    );
    daemon->stop();
    EXPECT_FALSE(announced());
    EXPECT_FALSE(page(*daemon, "/livez"));
    daemon->stop();
    EXPECT_TRUE(daemon->failure());
    EXPECT_NE(log.str().find(R"("message":"ready")"), std::string::npos);
}

TEST_F(DaemonTest, BringsEventsInOrderToTheFile) {
    const auto daemon = started();
    Connection remote = connection();
    ASSERT_TRUE(remote.remote);
    ASSERT_TRUE(remote.backend->publish(std::vector<Event>{
        made_event("a", 2, "order.cancelled"), made_event("a", 1)}));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (std::chrono::steady_clock::now() < deadline) {
        const auto ends = remote.backend->ends("shop.ordered", 2);  // waits while it is so
        ASSERT_TRUE(ends);
        if (remote.backend->status().value()["idle"] == true) break;
    }
    daemon->stop();
    const std::string lines = file("audit.jsonl");
    const std::size_t first = lines.find("\"a-1\"");
    const std::size_t second = lines.find("\"a-2\"");
    ASSERT_NE(first, std::string::npos) << lines;
    ASSERT_NE(second, std::string::npos) << lines;
    EXPECT_LT(first, second);
}

TEST_F(DaemonTest, CountsOnTheMetricsPage) {
    const auto daemon = started();
    const auto metrics = page(*daemon, "/metrics");
    ASSERT_TRUE(metrics) << metrics.error().message;
    EXPECT_EQ(metrics.value().content_type, "text/plain; version=0.0.4; charset=utf-8");
    for (const char* line :
         {"sluice_released_total{domain=\"shop\"} 0",
          "sluice_delivered_total{domain=\"shop\",subscription=\"audit\"} 0",
          "sluice_build_info{",
          "sluice_wal_fsync_seconds_count"}) {
        EXPECT_NE(metrics.value().body.find(line), std::string::npos) << line;
    }
}

TEST_F(DaemonTest, WhatASinkCountsIsOnTheMetricsPage) {
    std::string config{test::kShopConfig};
    const std::string file = "file: audit.jsonl";
    config.replace(config.find(file), file.size(), "sink: {pull: {subjects: 7}}");
    directory.write("sluice.yaml", config);
    const auto daemon = started();
    const auto metrics = page(*daemon, "/metrics");
    ASSERT_TRUE(metrics) << metrics.error().message;
    for (const char* line :
         {"sluice_pull_limit_runs{domain=\"shop\",subscription=\"audit\"} 7",
          "sluice_pull_answers_total{domain=\"shop\",result=\"done\",subscription=\"audit\"} 0"}) {
        EXPECT_NE(metrics.value().body.find(line), std::string::npos) << line;
    }
}

TEST_F(DaemonTest, WithACertificateBothPortsSpeakTlsAndTheCommandLineFollows) {
    const http::TlsFiles files = http::test::made_certificate(directory.path("."), "tls");
    const std::string config{test::kShopConfig};
    directory.write("sluice.yaml", config + "tls: {certificate: tls.pem, key: tls.key}\n");
    const auto daemon = started();
    EXPECT_FALSE(page(*daemon, "/livez")) << "not in plain text";
    const Address& at = daemon->info().management;
    const http::Client client{at.host, at.port, {}, http::ClientTls{files.certificate}};
    EXPECT_TRUE(client.send(http::Request{"GET", "/livez", {}, {}, {}}));
    const Connection remote = connection();
    EXPECT_TRUE(remote.remote);
    const auto published = remote.backend->publish(std::vector{made_event("a", 1)});
    ASSERT_TRUE(published) << published.error().message;
    EXPECT_TRUE(published.value().at(0));
}

TEST_F(DaemonTest, ARenewedCertificateIsShownAndToldOf) {
    const http::TlsFiles files = http::test::made_certificate(directory.path("."), "tls");
    const std::string config{test::kShopConfig};
    directory.write("sluice.yaml", config + "tls: {certificate: tls.pem, key: tls.key}\n");
    const auto daemon = started();
    const http::TlsFiles next = http::test::made_certificate(directory.path("."), "next");
    std::filesystem::rename(next.certificate, files.certificate);
    daemon->watch();
    std::filesystem::rename(next.key, files.key);
    daemon->watch();
    const Address& at = daemon->info().management;
    const http::Client client{at.host, at.port, {}, http::ClientTls{files.certificate}};
    EXPECT_TRUE(client.send(http::Request{"GET", "/livez", {}, {}, {}}));
    daemon->stop();
    EXPECT_NE(log.str().find("cannot be used; the one before is kept"), std::string::npos);
    EXPECT_NE(log.str().find("the certificate was renewed"), std::string::npos);
}

TEST_F(DaemonTest, ACertificateThatCannotBeUsedPreventsTheStart) {
    const std::string config{test::kShopConfig};
    directory.write("sluice.yaml", config + "tls: {certificate: none.pem, key: none.key}\n");
    const Status refused = made()->start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(refused.error().message.find("none.pem: cannot be read"), std::string::npos);
}

TEST_F(DaemonTest, ASecondOneIsRefusedAndLeavesTheFirstAlone) {
    const auto daemon = started();
    const Status refused = made()->start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(announced());
    EXPECT_TRUE(page(*daemon, "/readyz"));
}

TEST_F(DaemonTest, ATakenPortIsNamedAndTheLogIsGivenBack) {
    const http::ServerOptions any;
    http::Server taken{any};
    ASSERT_TRUE(taken.start());
    std::string config{test::kShopConfig};
    const std::string listen = fmt::format("listen: 127.0.0.1:{}", taken.port());
    config.replace(config.find("listen: 127.0.0.1:0"), 19, listen);
    directory.write("sluice.yaml", config);
    const Status refused = made()->start();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(fmt::to_string(taken.port())), std::string::npos);
    EXPECT_FALSE(announced());
    directory.write("sluice.yaml", test::kShopConfig);
    EXPECT_TRUE(made()->start());
}

TEST_F(DaemonTest, ASinkThatCannotBeOpenedPreventsTheStart) {
    std::filesystem::create_directory(directory.path("audit.jsonl"));
    const Status refused = made()->start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(refused.error().message.find("subscription audit"), std::string::npos);
}

TEST_F(DaemonTest, KeepsTheContractAndWhatWasPublishedForTheNext) {
    {
        const auto daemon = started();
        ASSERT_TRUE(connection().backend->publish(std::vector<Event>{made_event("a", 1)}));
    }
    EXPECT_EQ(file("data/contracts/shop.yaml"), test::kShopContract);
    const auto daemon = started();
    const auto topics = connection().backend->topics();
    std::int64_t placed = 0;
    for (const Json& one : topics.value()["topics"]) {
        if (one["name"] == "order.placed") placed = one["records"];
    }
    EXPECT_EQ(placed, 1);
}

}  // namespace
}  // namespace sluice::daemon
