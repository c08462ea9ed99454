#include "daemon/metrics/health.hpp"

#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

class HealthTest : public testing::Test {
protected:
    [[nodiscard]] http::Response ready(bool verbose) const {
        http::Request request;
        if (verbose) request.query["verbose"] = "";
        return health.ready(request);
    }

    test::ScratchDirectory scratch;
    SystemClock clock;
    std::unique_ptr<log::EmbeddedLog> log =
        log::test::open_or_fail(log::test::test_options(scratch.path()));
    runtime::Engine engine{*log, clock, {}};
    log::Probe probe;
    Health health{engine, &probe};
};

TEST_F(HealthTest, IsReadyBetweenStartAndStop) {
    EXPECT_EQ(ready(false).status, 503);
    health.set(Phase::kReady);
    EXPECT_EQ(ready(false).status, 200);
    EXPECT_EQ(ready(false).body, "ok\n");
    health.set(Phase::kDraining);
    EXPECT_EQ(ready(false).status, 503);
    EXPECT_NE(ready(false).body.find("[-]intake failed: stopping"), std::string::npos);
    EXPECT_EQ(Health::live().status, 200);
}

TEST_F(HealthTest, ADiskThatFailedIsTold) {
    health.set(Phase::kReady);
    probe.errors_total = 1;
    const http::Response answer = ready(true);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(
        answer.body,
        "[+]ping ok\n[-]log failed: the disk answered an error\n[+]engine ok\n[+]intake ok\n"
        "readyz check failed\n"
    );
}

}  // namespace
}  // namespace sluice::daemon
