#include "orchestrate/saga_desk.hpp"

#include "deliver/push/receiver_fixture.hpp"
#include "log/embedded/test_log.hpp"
#include "saga/saga_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

namespace sluice::orchestrate::test {
namespace {

TEST(SagaEvent, IsTheCommand) {
    const saga::Saga rules{saga::test::checkout()};
    saga::Instance it = rules.make("c-1", "member-17", "{}", 1, Instant{0}).value();
    const saga::Send command = *rules.start(it, Instant{0}).send;
    const Event event = event_of(command, rules.definition(), it);
    EXPECT_EQ(event.id, "c-1/reserve/do");
    EXPECT_EQ(event.source, "/sagas/checkout");
    EXPECT_EQ(event.type, "reserve.wanted");
    EXPECT_EQ(event.subject, "member-17");
    EXPECT_EQ(event.datacontenttype, "application/json");
    EXPECT_EQ(Json::parse(*event.data)["key"], "c-1/reserve/do");
    EXPECT_EQ(event_of(command, rules.definition(), it), event) << "twice it is the same";
}

/// Two steps by event, two by HTTP; what the events are for answers over the API.
class SagaDeskTest : public ::testing::Test {
protected:
    SagaDeskTest() {
        saga::Definition definition = saga::test::checkout();
        for (saga::StepSpec& step : definition.steps) step.command.attempts_max = 1'000;
        for (const std::size_t step : {2U, 3U}) {
            saga::CommandSpec& command = definition.steps[step].command;
            command.via = saga::Via::kHttp;
            command.to = fmt::format("http://127.0.0.1:{}/{}", services.port(), command.to);
        }
        auto started = SagaDesk::start(
            {*log,
             clock,
             {definition},
             loopback(),
             [this](std::span<const Event> events) { return publish(events); }}
        );
        EXPECT_TRUE(started.has_value()) << started.error().message;
        desk = std::move(started).value();
    }

    ~SagaDeskTest() override { desk->stop(); }

    static HttpSagaPort::Options loopback() {
        using deliver::push::IpRange;
        return {deliver::push::AddressGuard{{IpRange::parse("127.0.0.0/8").value()}}};
    }

    std::vector<Status> publish(std::span<const Event> events) {
        const std::lock_guard lock{mutex};
        std::vector<Status> answers;
        for (const Event& event : events) {
            published.push_back(event);
            answers.push_back(
                refuses ? Status{Error{ErrorCode::kInvalidEvent, "no such type"}} : ok()
            );
        }
        return answers;
    }

    http::Response post(const std::string& path, const std::string& body, const std::string& key) {
        http::Request request{"POST", path, {{"wait", "0"}}, "application/json", body};
        request.headers.emplace("Idempotency-Key", key);
        return desk->answer(request);
    }

    Json shown(const std::string& id) {
        return Json::parse(desk->answer({"GET", "/v1/sagas/" + id, {{"wait", "10ms"}}, "", ""}).body
        );
    }

    void answer_the_last_event() {
        std::unique_lock lock{mutex};
        if (published.empty()) return;
        const Json answer{{"key", published.back().id}, {"verdict", "done"}};
        published.clear();
        lock.unlock();
        const http::Request request{
            "POST", "/v1/saga-answers", {}, "application/json", to_text(answer)};
        EXPECT_EQ(desk->answer(request).status, 200);
    }

    log::test::ScratchDirectory scratch;
    SystemClock clock;
    std::unique_ptr<log::EmbeddedLog> log{
        log::test::open_or_fail(log::test::test_options(scratch.path()))};
    deliver::push::test::Receiver services{
        [](const deliver::push::test::Got&) { return deliver::push::test::answer(200); }};
    std::mutex mutex;
    std::vector<Event> published;
    std::atomic<bool> refuses{false};
    std::unique_ptr<SagaDesk> desk;
};

TEST_F(SagaDeskTest, CommandsGoByEventAndByHttp) {
    ASSERT_EQ(post("/v1/sagas/checkout", "{}", "c-1").status, 202);
    while (shown("c-1")["phase"] != "done") answer_the_last_event();
    std::vector<std::string> keys;
    for (const auto& got : services.got()) keys.push_back(got.header("idempotency-key"));
    EXPECT_EQ(keys, (std::vector<std::string>{"c-1/authorize/do", "c-1/place/do"}));
    EXPECT_TRUE(desk->failure().has_value());
}

TEST_F(SagaDeskTest, AnEventThatIsRefusedIsShownAndPublishedAgain) {
    refuses = true;
    ASSERT_EQ(post("/v1/sagas/checkout", "{}", "c-1").status, 202);
    while (shown("c-1")["awaits"] != "pause") {
    }
    EXPECT_EQ(shown("c-1")["reason"], "no such type");
    refuses = false;
    while (shown("c-1")["phase"] == "forward" && shown("c-1")["step"] == "reserve") {
        answer_the_last_event();
    }
    EXPECT_EQ(shown("c-1")["step"], "redeem");
}

TEST_F(SagaDeskTest, AfterItsStopItAnswersThatItStops) {
    desk->stop();
    desk->stop();
    EXPECT_EQ(post("/v1/sagas/checkout", "{}", "c-1").status, 503);
}

}  // namespace
}  // namespace sluice::orchestrate::test
