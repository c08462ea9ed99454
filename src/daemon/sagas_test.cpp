// Sagas as `sluice serve` has them: from the configuration to the API and the topics.

#include "daemon/api/remote.hpp"
#include "daemon/config/setup.hpp"
#include "daemon/daemon.hpp"
#include "daemon/operations/daemon_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::daemon {
namespace {

constexpr std::string_view kShopSaga = R"(saga: checkout
steps:
  - name: place
    event: order.placed
    undo: {event: order.cancelled}
)";

class DaemonSagas : public testing::Test {
protected:
    DaemonSagas() {
        directory.write("checkout.yaml", kShopSaga);
        configure("sagas: [checkout.yaml]\n");
    }

    ~DaemonSagas() override { daemon.reset(); }  // before its clock and its logger

    void configure(const std::string& more) const {
        directory.write("sluice.yaml", std::string{test::kShopConfig} + more);
    }

    void start() {
        daemon.reset();
        auto setup = load_setup(directory.config());
        ASSERT_TRUE(setup) << setup.error().message;
        daemon = std::make_unique<Daemon>(std::move(setup).value(), logger_, clock_);
        const Status started = daemon->start();
        ASSERT_TRUE(started) << started.error().message;
    }

    [[nodiscard]] std::string refusal() const {
        const auto setup = load_setup(directory.config());
        return setup ? "accepted" : setup.error().message;
    }

    Result<Json> post(const std::string& path, const Json& body, const std::string& key = {}) {
        http::Request request{"POST", path, {}, "application/json", to_text(body)};
        if (!key.empty()) {
            request.headers.emplace("Idempotency-Key", key);
            request.query["wait"] = "0";
        }
        return Remote{daemon->info().api}.ask(std::move(request));
    }

    Result<Json> saga(const std::string& id) {
        return Remote{daemon->info().api}.ask({"GET", "/v1/sagas/" + id, {}, {}, {}});
    }

    /// The commands in that topic, as soon as there is one.
    std::vector<std::string> commands(const std::string& topic, std::uint32_t partitions) {
        const Remote remote{daemon->info().api};
        std::vector<std::string> lines;
        while (lines.empty()) {
            for (PartitionId at{0}; at.value < partitions; at = at.next()) {
                RecordQuery query{topic, at, Offset{0}, std::nullopt};
                const auto page = remote.records(query);
                if (!page) return {page.error().message};
                lines.insert(lines.end(), page->lines.begin(), page->lines.end());
            }
        }
        return lines;
    }

    test::ShopDirectory directory;
    std::unique_ptr<Daemon> daemon;

private:
    std::ostringstream log_;
    SystemClock clock_;
    Logger logger_{log_, clock_, LogLevel::kInfo};
};

TEST_F(DaemonSagas, AreCarriedOutByEvents) {
    start();
    const auto begun = post("/v1/sagas/checkout", Json{{"sku", "x"}}, "c-1");
    ASSERT_TRUE(begun) << begun.error().message;
    EXPECT_EQ(begun.value()["awaits"], "answer");
    const auto lines = commands("order.placed", 2);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("c-1/place/do"), std::string::npos) << lines[0];
    const Json answer{{"key", "c-1/place/do"}, {"verdict", "done"}};
    EXPECT_EQ(post("/v1/saga-answers", answer).value()["under_way"], true);
    EXPECT_EQ(saga("c-1").value()["phase"], "done");
}

TEST_F(DaemonSagas, GoOnAfterARestart) {
    start();
    ASSERT_TRUE(post("/v1/sagas/checkout", Json::object(), "c-1"));
    start();
    EXPECT_EQ(saga("c-1").value()["phase"], "forward");
    const auto told = post("/v1/sagas/c-1/compensate", Json{{"why", "by bob"}});
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_EQ(told.value()["reason"], "by bob");
    EXPECT_NE(commands("order.cancelled", 1)[0].find("c-1/place/undo"), std::string::npos);
    const auto listed = Remote{daemon->info().api}.ask({"GET", "/v1/sagas", {}, {}, {}});
    EXPECT_EQ(listed.value()["sagas"].size(), 1U);
}

TEST_F(DaemonSagas, WithoutAnyThereIsNoSuchResource) {
    configure("");
    start();
    EXPECT_EQ(saga("c-1").error().code, ErrorCode::kNotFound);
}

TEST_F(DaemonSagas, AStopEndsTheWaitForAnOutcome) {
    start();
    http::Request request{
        "POST", "/v1/sagas/checkout", {{"wait", "60s"}}, "application/json", "{}"};
    request.headers.emplace("Idempotency-Key", "c-1");
    Result<Json> answer{Error{ErrorCode::kUnavailable, "none yet"}};
    std::jthread waiter{[&] { answer = Remote{daemon->info().api}.ask(request); }};
    EXPECT_FALSE(commands("order.placed", 2).empty());
    daemon->stop();
    waiter.join();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer.value()["phase"], "forward") << "as it is by then";
}

TEST_F(DaemonSagas, AFileThatIsWrongIsRefusedBeforeAnythingStarts) {
    directory.write("checkout.yaml", "saga: checkout\nsteps: [{name: a, event: order.plced}]\n");
    EXPECT_NE(refusal().find("/sagas: "), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("step a: can be taken back, so it needs an undo"), std::string::npos);
    directory.write(
        "checkout.yaml", "saga: checkout\nsteps: [{name: a, event: order.plced, pivot: true}]\n"
    );
    EXPECT_NE(
        refusal().find("/sagas: checkout, step a: no contract has a type 'order.plced'; did you "
                       "mean 'order.placed'?; there are: order.cancelled, order.placed"),
        std::string::npos
    ) << refusal();
    configure("sagas: [nowhere.yaml]\n");
    EXPECT_NE(refusal().find("nowhere.yaml"), std::string::npos);
}

TEST_F(DaemonSagas, OnKafkaTheyAreRefused) {
    configure("sagas: [checkout.yaml]\nkafka: {address: 'kafka://b:9092'}\n");
    EXPECT_NE(refusal().find("on the embedded log only"), std::string::npos) << refusal();
}

TEST_F(DaemonSagas, WhereNothingMayBePostedItDoesNotStart) {
    directory.write(
        "checkout.yaml",
        "saga: checkout\nsteps: [{name: a, http: 'http://127.0.0.1:9/a', pivot: true}]\n"
    );
    auto setup = load_setup(directory.config());
    ASSERT_TRUE(setup) << setup.error().message;
    std::ostringstream log;
    const SystemClock clock;
    Logger logger{log, clock, LogLevel::kInfo};
    Daemon closed{std::move(setup).value(), logger, clock};
    const Status started = closed.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("sagas: saga checkout, step a: "), std::string::npos)
        << started.error().message;
}

}  // namespace
}  // namespace sluice::daemon
