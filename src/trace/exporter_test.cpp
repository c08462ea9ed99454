#include "trace/exporter.hpp"

#include "http/server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sluice::trace {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kPatience{20};

/// Answers with the statuses that it was told, then 200; keeps what it took.
class Collector {
public:
    Collector() {
        server_.handle("POST", "/v1/traces", [this](const http::Request& request) {
            return answer(request);
        });
        EXPECT_TRUE(server_.start());
    }

    void answer_next(std::initializer_list<http::Response> answers) { answers_ = answers; }

    /// Requests so far, once there are that many.
    std::vector<http::Request> requests(std::size_t count) {
        std::unique_lock lock{mutex_};
        EXPECT_TRUE(came_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; }))
            << requests_.size() << " of " << count;
        return requests_;
    }

    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", server_.port(), "/v1/traces"}; }

private:
    http::Response answer(const http::Request& request) {
        const std::lock_guard lock{mutex_};
        requests_.push_back(request);
        came_.notify_all();
        if (answers_.empty()) return {200, "application/json", "{}"};
        http::Response next = answers_.front();
        answers_.pop_front();
        return next;
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<http::Response> answers_;
    std::vector<http::Request> requests_;
    http::Server server_{{}};
};

http::Response status(int code) {
    return {code, "text/plain", "no"};
}

std::vector<SpanPtr> spans(std::size_t count) {
    std::vector<SpanPtr> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(std::make_unique<Span>());
    return made;
}

std::size_t spans_in(const http::Request& request) {
    const Json json = Json::parse(request.body);
    return json.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").size();
}

class ExporterTest : public testing::Test {
protected:
    ExporterTest() {
        options_.endpoint = collector_.endpoint();
        options_.batch = {8, 4, Milliseconds{1}};
        options_.retry = {
            3, Milliseconds{1}, 1.0, Milliseconds{1}, 0.0, Milliseconds{0}};  // no waiting in tests
        options_.on_loss = [this](std::string_view why) { losses_.emplace_back(why); };
    }

    void start() {
        exporter_ = std::make_unique<Exporter>(options_, probe_);
        exporter_->start();
    }

    Collector collector_;
    Exporter::Options options_;
    ExporterProbe probe_;
    std::vector<std::string> losses_;  ///< read after stop
    std::unique_ptr<Exporter> exporter_;
};

TEST_F(ExporterTest, SpansArePostedAsJsonToTheEndpoint) {
    start();
    exporter_->take(spans(3));
    const auto requests = collector_.requests(1);
    exporter_->stop();
    EXPECT_EQ(requests.front().content_type, "application/json");
    EXPECT_EQ(spans_in(requests.front()), 3U);
    EXPECT_EQ(probe_.sent, 3U);
    EXPECT_EQ(probe_.dropped, 0U);
    EXPECT_EQ(probe_.queued_now, 0U);
    EXPECT_TRUE(losses_.empty());
}

TEST_F(ExporterTest, StoppingSendsWhatIsQueuedBatchByBatch) {
    options_.batch.age_max = std::chrono::hours{1};
    options_.batch.batch_max = 3;
    start();
    exporter_->take(spans(2));
    exporter_->stop();
    exporter_->stop();
    EXPECT_EQ(probe_.sent, 2U);
    EXPECT_EQ(collector_.requests(1).size(), 1U);
}

TEST_F(ExporterTest, WhatThePatientStatusesRefuseIsTriedAgainTheSameToTheByte) {
    collector_.answer_next({status(503), status(429)});
    start();
    exporter_->take(spans(1));
    const auto requests = collector_.requests(3);
    exporter_->stop();
    EXPECT_EQ(requests[0].body, requests[2].body);
    EXPECT_EQ(probe_.sent, 1U);
    EXPECT_EQ(probe_.failures, 2U);
    EXPECT_EQ(probe_.dropped, 0U);
}

TEST_F(ExporterTest, AfterTheLastAttemptTheBatchIsDroppedAndTheNextOneTried) {
    collector_.answer_next({status(502), status(503), status(504)});
    start();
    exporter_->take(spans(2));
    collector_.requests(3);
    exporter_->take(spans(1));
    collector_.requests(4);
    exporter_->stop();
    EXPECT_EQ(probe_.dropped, 2U);
    EXPECT_EQ(probe_.sent, 1U);
    ASSERT_EQ(losses_.size(), 1U);
    EXPECT_NE(losses_.front().find("answered 504"), std::string::npos) << losses_.front();
}

TEST_F(ExporterTest, ARefusalForGoodIsNotTriedAgain) {
    collector_.answer_next({status(400)});
    start();
    exporter_->take(spans(2));
    collector_.requests(1);
    exporter_->stop();
    EXPECT_EQ(collector_.requests(1).size(), 1U);
    EXPECT_EQ(probe_.dropped, 2U);
    EXPECT_EQ(probe_.failures, 1U);
}

TEST_F(ExporterTest, SpansOfABatchThatTheCollectorRefusesAreCounted) {
    collector_.answer_next(
        {{200, "application/json", R"({"partialSuccess":{"rejectedSpans":"2"}})"}}
    );
    start();
    exporter_->take(spans(3));
    collector_.requests(1);
    exporter_->stop();
    EXPECT_EQ(probe_.sent, 1U);
    EXPECT_EQ(probe_.dropped, 2U);
}

TEST_F(ExporterTest, BeyondTheQueueSpansAreDroppedAndNobodyWaits) {
    options_.batch = {8, 100, std::chrono::hours{1}};
    exporter_ = std::make_unique<Exporter>(options_, probe_);  // nothing takes them out
    exporter_->take(spans(6));
    exporter_->take(spans(6));
    EXPECT_EQ(probe_.queued_now, 8U);
    EXPECT_EQ(probe_.dropped, 4U);
}

TEST_F(ExporterTest, NobodyAnswersAndStoppingTakesAnAttemptNotAWait) {
    options_.endpoint.port = 1;  // tcpmux: nobody is there
    options_.retry.first = std::chrono::hours{1};
    options_.retry.wait_max = std::chrono::hours{1};
    start();
    exporter_->take(spans(8));
    auto stopped = std::async(std::launch::async, [this] { exporter_->stop(); });
    ASSERT_EQ(stopped.wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(probe_.dropped, 8U);
    EXPECT_EQ(probe_.sent, 0U);
    ASSERT_EQ(losses_.size(), 1U);
    EXPECT_NE(losses_.front().find("no answer from 127.0.0.1:1"), std::string::npos);
}

TEST_F(ExporterTest, TheCollectorSaysWhenItWantsToBeAskedAgain) {
    options_.retry.first = std::chrono::hours{1};
    options_.retry.wait_max = std::chrono::hours{1};
    collector_.answer_next({{429, "text/plain", "", {{"retry-after", "1"}}}});
    start();
    exporter_->take(spans(1));
    collector_.requests(2);  // long before the hour of the back-off
    exporter_->stop();
    EXPECT_EQ(probe_.sent, 1U);
}

}  // namespace
}  // namespace sluice::trace
