#pragma once

#include "base/clock.hpp"
#include "deliver/push/push_sink.hpp"
#include "deliver/push/receiver_fixture.hpp"
#include "event/kafka.hpp"

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::deliver::push::test {

/// Runs with the records that they borrow: "s" with positions 3, 4, 5.
class Runs {
public:
    Runs& add(
        const std::string& subject,
        std::uint64_t first,
        std::uint64_t count,
        std::uint32_t attempt = 1
    ) {
        subjects_.push_back(subject);
        RunWork run{subjects_.back(), {}, attempt};
        for (std::uint64_t at = first; at < first + count; ++at) {
            Event event;
            event.id = fmt::format("{}-{}", subject, at);
            event.source = "/orders";
            event.type = "order.placed";
            event.subject = subject;
            event.datacontenttype = "application/json";
            event.data = data.empty() ? fmt::format("{{\"n\": {}}}", at) : data;
            records_.push_back(event::to_record(event, subject));
            run.events.push_back(
                {Position{at}, Offset{static_cast<std::int64_t>(at)}, &records_.back()}
            );
        }
        runs_.push_back(std::move(run));
        return *this;
    }

    [[nodiscard]] std::span<const RunWork> all() const { return runs_; }

    Record& last_record() { return records_.back(); }

    std::string data;  ///< of the events to come; empty: their number

private:
    std::deque<std::string> subjects_;
    std::deque<Record> records_;
    std::vector<RunWork> runs_;
};

inline PushOptions options_for(std::uint16_t port) {
    PushOptions options;
    options.courier.target = {false, "127.0.0.1", port, "/events?key=1"};
    options.courier.guard = AddressGuard{{IpRange::parse("127.0.0.0/8").value()}};
    options.courier.answer = Milliseconds{10'000};
    options.domain = "shop";
    options.subscription = "billing";
    options.pace.pause_first = Milliseconds{20};
    options.pace.pause_max = Milliseconds{50};
    return options;
}

class FixedTime final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return Instant{1'614'265'330'500}; }
};

/// Looks for a while whether it is so.
template <class Holds>
bool comes_true(Holds holds) {
    for (int look = 0; look < 3'000 && !holds(); ++look)
        std::this_thread::sleep_for(Milliseconds{5});
    return holds();
}

/// A receiver and a sink that posts to it.
class PushTest : public testing::Test {
protected:
    void TearDown() override { let_go(); }

    void let_go() {
        over_ = true;
        over_.notify_all();
    }

    /// What a receiver does that does not answer before the test lets it go, or is over.
    Reaction hold_back() {
        over_.wait(false);
        return answer(200);
    }

    void receive(Receiver::Act act) { receiver_ = std::make_unique<Receiver>(std::move(act)); }

    PushSink& open() { return open(options_for(receiver_->port())); }

    PushSink& open(PushOptions options) {
        options.on_news = [this](std::string_view news) {
            const std::lock_guard lock{mutex_};
            news_.emplace_back(news);
        };
        auto opened = PushSink::open(std::move(options), clock_);
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        sink_ = std::move(opened).value();
        return *sink_;
    }

    dispatch::RunOutcome deliver_one(std::uint64_t count = 1) {
        Runs runs;
        runs.add("s", 1, count);
        return sink_->deliver(runs.all()).front();
    }

    std::vector<std::string> news() {
        const std::lock_guard lock{mutex_};
        return news_;
    }

    std::atomic<bool> over_{false};
    FixedTime clock_;
    std::mutex mutex_;
    std::vector<std::string> news_;
    std::unique_ptr<Receiver> receiver_;
    std::unique_ptr<PushSink> sink_;
};

}  // namespace sluice::deliver::push::test
