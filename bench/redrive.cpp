// What it takes to redrive everything that is parked, and what events that flow notice of it.
#include "base/hash.hpp"
#include "bench/bench.hpp"
#include "bench/pipeline.hpp"
#include "bench/steady.hpp"
#include "dispatch/command.hpp"
#include "runtime/domain/command_desk.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::bench {

namespace {

constexpr std::uint64_t kEventsOfASubject = 10;
constexpr std::uint64_t kLivePerSecond = 2'000;
constexpr std::uint64_t kQuietSeconds = 10;
constexpr std::uint64_t kLongestSeconds = 600;
constexpr std::string_view kParkedSubjects = "order-";  // as event_number names them

/// No attempt will help a subject whose name begins so, until the handler is mended.
class BrokenSink final : public deliver::Sink {
public:
    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs
    ) override {
        std::vector<dispatch::RunOutcome> outcomes(runs.size());
        for (std::size_t i = 0; i < runs.size(); ++i) {
            if (!runs[i].subject.starts_with(kParkedSubjects)) {
                Journal* const journal = live_;
                for (const auto& event : runs[i].events) journal->look(*event.record);
            } else if (!mended_) {
                outcomes[i].failure =
                    dispatch::Failure{dispatch::FailureKind::kDead, "not mended yet", {}, {}};
                continue;
            } else {
                redriven_ += runs[i].events.size();
            }
            outcomes[i].handled = runs[i].events.size();
        }
        return outcomes;
    }

    void mend() { mended_ = true; }

    void watch(Journal& live) { live_ = &live; }

    [[nodiscard]] std::uint64_t redriven() const { return redriven_; }

private:
    std::atomic<bool> mended_{false};
    std::atomic<Journal*> live_{nullptr};
    std::atomic<std::uint64_t> redriven_{0};
};

/// Of subjects that are not parked, while `wanted` says so: how long each took from when it was
/// due.
Tail live_events(
    std::string_view name, const Pipeline& pipeline, BrokenSink& sink, const Wanted& wanted
) {
    Load live;
    live.events = kLongestSeconds * kLivePerSecond;
    Journal journal{live.events};
    sink.watch(journal);
    publish_steadily(
        live,
        kLivePerSecond,
        journal,
        [&](std::vector<Event>& batch) {
            for (Event& event : batch) event.subject.insert(0, name);
            pipeline.publish(batch);
        },
        wanted
    );
    pipeline.wait();
    return journal.from_due();
}

std::vector<runtime::OutgoingCommand> redrive_all(std::uint64_t subjects) {
    std::vector<runtime::OutgoingCommand> all;
    Load load;
    load.subjects = subjects;
    for (std::uint64_t n = 0; n < subjects; ++n) {
        const std::string subject = event_number(load, n).subject;
        const dispatch::Command command{
            "bench",
            subject,
            "redrive",
            "bench",
            "mended",
            Instant{},
            dispatch::Redrive{Position{1}, {}}};
        all.push_back(
            {home_of(subject, Pipeline::kHomes), command.id, subject, dispatch::to_record(command)}
        );
    }
    return all;
}

struct Redriven {
    Cost chosen;  ///< until every choice is carried out
    Cost whole;   ///< until every event is handled
};

Redriven redrive(
    Pipeline& pipeline, const BrokenSink& sink, std::uint64_t subjects, std::uint64_t events
) {
    runtime::CommandDesk desk{
        pipeline.log(), runtime::subscription_commands("bench"), Pipeline::kHomes};
    Redriven took;
    took.whole = timed([&] {
        took.chosen = timed([&] {
            auto ticket = take(desk.send(redrive_all(subjects)));
            require(desk.await(ticket, std::chrono::seconds{kLongestSeconds}));
            for (const runtime::CommandFate& fate : ticket.fates()) {
                if (fate.state != runtime::CommandFate::State::kDone)
                    require(Error{
                        ErrorCode::kConflict, "a subject did not go again: " + fate.detail});
            }
        });
        while (sink.redriven() < events) {
            pipeline.log().wait_for_change(pipeline.log().version(), Milliseconds{1});
        }
    });
    return took;
}

void print_tail(std::string_view name, const Tail& tail) {
    fmt::print(
        "  {:<36} p50 {:.1f}   p99 {:.1f}   p99.9 {:.1f}   most {:.1f}\n",
        name,
        tail.p50,
        tail.p99,
        tail.p999,
        tail.most
    );
}

}  // namespace

/// `load.events` of them, ten of a subject. What they stand beside is the way that they came:
/// published, sequenced, and put into the backlogs.
int run_redrive(const Load& load) {
    Load parked = load;
    parked.subjects = std::max<std::uint64_t>(load.events / kEventsOfASubject, 1);
    auto made = std::make_unique<BrokenSink>();
    BrokenSink& sink = *made;
    Pipeline pipeline{load.directory / "redrive", std::move(made)};
    pipeline.start();
    const Cost parking = timed([&] {
        publish_load(parked, pipeline);
        pipeline.wait();
    });
    const Tail before = live_events("before-", pipeline, sink, [](std::uint64_t number) {
        return number < kQuietSeconds * kLivePerSecond;
    });

    sink.mend();
    std::atomic<bool> over{false};
    Tail during;
    std::jthread live{[&] {
        during = live_events("during-", pipeline, sink, [&](std::uint64_t) { return !over; });
    }};
    const Redriven took = redrive(pipeline, sink, parked.subjects, load.events);
    over = true;
    live.join();
    pipeline.stop();

    const double came = static_cast<double>(load.events) / parking.seconds;
    fmt::print(
        "{} events of {} bytes, parked, of {} subjects:\n",
        load.events,
        load.data_bytes,
        parked.subjects
    );
    print_ceiling("publish, sequence, park", came);
    print_rate("redrive", load.events, took.whole, {came, "that"});
    fmt::print(
        "  {:<36}{:>10.1f} s of {:.1f}\n",
        "until every choice was carried out",
        took.chosen.seconds,
        took.whole.seconds
    );
    fmt::print("{} live events a second, from due to handled, in ms:\n", kLivePerSecond);
    print_tail("before", before);
    print_tail("during the redrive", during);
    return 0;
}

}  // namespace sluice::bench
