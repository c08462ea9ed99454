#include "sim/cluster.hpp"

#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::sim {

namespace {

constexpr std::size_t kNobody = ~std::size_t{0};
constexpr Milliseconds kQuietPass{1'000};
constexpr std::uint64_t kRoundsMax = 200'000;

dispatch::DispatcherOptions dispatcher_options(const Setup& setup) {
    dispatch::DispatcherOptions options;
    options.in_flight_events_max = setup.in_flight_events_max;
    options.run_events_max = setup.run_events_max;
    options.in_place_events_max = setup.in_place_events_max;
    options.backlog_bytes_max = setup.backlog_bytes_max;
    options.subjects_checked_max = 64;
    options.retry.attempts_max = setup.attempts_max;
    options.retry.first = Milliseconds{100};
    options.retry.wait_max = Milliseconds{1'000};
    options.retry.in_place_max = Milliseconds{400};
    return options;
}

}  // namespace

/// One process: what it has in memory goes with `lose`.
struct Cluster::Instance {
    Instance(Cluster& cluster, const Setup& setup) {
        for (std::size_t s = 0; s < kSubscriptions; ++s) {
            auto sink = std::make_unique<EffectSink>(cluster.effects_[s], kWantedTypes[s]);
            sinks.push_back(sink.get());
            entries.push_back(std::make_unique<runtime::SubscriptionEntry>(
                runtime::Subscription{
                    kSubscriptionNames[s], std::move(sink), dispatcher_options(setup), {}},
                setup.homes
            ));
        }
    }

    void lose() {
        runner.reset();
        session.reset();
    }

    runtime::SequencingProbe probe;
    runtime::SubscriptionEntries entries;
    std::vector<EffectSink*> sinks;
    std::unique_ptr<runtime::SequencingSession> session;
    std::unique_ptr<runtime::RunnerSession> runner;
};

Cluster::Cluster(const History& history, Backend& backend)
    : history_{history},
      plan_{plan_of(history.setup)},
      sequencer_{plan_.sequencer},
      backend_{backend},
      owner_(history.setup.homes),
      last_owner_(history.setup.homes, kNobody) {
    const auto channels = plan_.channel_topics();
    if (const Status made = runtime::ensure_topics(log(), plan_.name, plan_.homes, channels);
        !made) {
        note(made.error(), "topics");
    }
    runner_options_.name = "all";
    runner_options_.domain = plan_.name;
    runner_options_.homes = plan_.homes;
    runner_options_.read.records_max = 64;
    for (std::uint32_t i = 0; i < history.setup.instances; ++i) {
        instances_.push_back(std::make_unique<Instance>(*this, history.setup));
    }
    move(0);
}

Cluster::~Cluster() = default;

void Cluster::carry_out(const Action& action) {
    switch (action.act) {
        case Act::kArrive: return arrive(action);
        case Act::kRubbish: {
            const EventSpec any{Kind::kNoted, action.what, 0, 0, 0, 0, false, Verdict::kDone};
            const auto sent = log().publish(
                {{place_of(history_.setup, any), {rubbish(action.what, record_time(action.extra))}}}
            );
            if (!sent) note(sent.error(), "publish");
            return;
        }
        case Act::kStep: return step(action);
        case Act::kDeliver: return deliver(action, true);
        case Act::kAnswer: return deliver(action, false);
        case Act::kShow:
            if (backend_.show_one(action.what)) ++happened_.lates_shown;
            return;
        case Act::kPass: return clock_.pass(Milliseconds{action.what});
        case Act::kKill: return kill(action.who % instances_.size());
        case Act::kMove: return move(action.what);
        case Act::kSettle: return settle();
    }
}

Instant Cluster::record_time(std::uint8_t which) const {
    switch (static_cast<RecordTime>(which % kRecordTimes)) {
        case RecordTime::kNow: break;
        case RecordTime::kEpoch: return Instant{0};
        case RecordTime::kFarFuture: return Instant{4'070'908'800'000};
        case RecordTime::kHourAgo: return clock_.now() + Milliseconds{-3'600'000};
    }
    return clock_.now();
}

void Cluster::arrive(const Action& action) {
    const EventSpec& event = history_.events[action.what];
    const auto sent = log().publish(
        {{place_of(history_.setup, event), {record_of(event, record_time(action.extra))}}}
    );
    if (!sent) return note(sent.error(), "publish");
    arrived_.push_back(action.what);
}

void Cluster::step(const Action& action) {
    const std::size_t who = action.who % instances_.size();
    backend_.meet(who, action.fate, hash64({"fate", fmt::to_string(action.what)}));
    step_once(who);
    backend_.meet(who, Fate::kDone, 0);
}

bool Cluster::step_once(std::size_t who) {
    Instance& instance = *instances_[who];
    if (instance.session == nullptr && !open_session(who)) return false;
    const auto moved = instance.session->step();
    if (moved) return moved.value();
    instance.session.reset();
    note(moved.error(), "step");
    return true;
}

bool Cluster::open_session(std::size_t who) {
    Instance& instance = *instances_[who];
    runtime::TaskOptions options;
    for (HomeId home{0}; home.value < plan_.homes; home = home.next()) {
        if (owner_[home.value] == who) options.homes.push_back(home);
    }
    if (options.homes.empty()) return false;
    for (const HomeId home : options.homes) {
        const std::size_t last = std::exchange(last_owner_[home.value], who);
        if (last != kNobody && last != who) ++happened_.takeovers;
    }
    options.step_records_max = history_.setup.step_records_max;
    options.turn_records_max = std::max(history_.setup.step_records_max / 4, 1U);
    options.read.records_max = 64;
    options.cached.subjects_max = history_.setup.cached_subjects_max;
    options.histories.records_max = history_.setup.cached_subjects_max;  // drawn: few, or many
    auto opened = runtime::SequencingSession::open(
        {backend_.log(who), clock_, plan_, sequencer_, instance.probe}, options
    );
    if (!opened) {
        note(opened.error(), "open");
        return false;
    }
    instance.session = std::move(opened.value());
    return true;
}

void Cluster::deliver(const Action& action, bool commits) {
    const std::size_t who = action.who % instances_.size();
    Instance& instance = *instances_[who];
    backend_.meet(who, action.fate, hash64({"fate", fmt::to_string(action.what)}));
    if (action.extra != 0) instance.sinks[action.what % kSubscriptions]->be_busy();
    deliver_once(who, commits);
    backend_.meet(who, Fate::kDone, 0);
}

bool Cluster::deliver_once(std::size_t who, bool commits) {
    Instance& instance = *instances_[who];
    if (instance.runner == nullptr && (runner_owner_ != who || !open_runner(who))) return false;
    bool moved = false;
    for (const auto& worker : instance.runner->workers()) {
        if (const Status worked = worker->work_once(moved); !worked) {
            note(worked.error(), "deliver");
            instance.runner.reset();
            return true;
        }
    }
    for (const auto& entry : instance.entries) {
        in_flight_max_ = std::max(in_flight_max_, entry->probe.in_flight_now.load());
    }
    if (!commits) return moved;
    if (const Status written = instance.runner->commit(); !written) {
        instance.runner.reset();
        note(written.error(), "commit");
        return true;
    }
    return moved;
}

bool Cluster::open_runner(std::size_t who) {
    Instance& instance = *instances_[who];
    auto opened = runtime::RunnerSession::open(
        {backend_.log(who), clock_, activity_, runner_options_, instance.entries}
    );
    if (!opened) {
        note(opened.error(), "open runner");
        return false;
    }
    instance.runner = std::move(opened.value());
    return true;
}

void Cluster::kill(std::size_t who) {
    instances_[who]->lose();
    ++happened_.restarts;
}

/// Who keeps a session that is not its own any more is a zombie, until a step of its is refused.
void Cluster::move(std::uint32_t entropy) {
    const std::size_t count = instances_.size();
    for (std::size_t home = 0; home < owner_.size(); ++home) {
        owner_[home] = hash64({fmt::to_string(entropy), fmt::to_string(home)}) % count;
    }
    runner_owner_ = hash64(fmt::to_string(entropy)) % count;
    for (std::size_t i = 0; i < count; ++i) {
        const bool noticed =
            hash64({"notice", fmt::to_string(entropy), fmt::to_string(i)}) % 2 == 0;
        if (!noticed) continue;
        instances_[i]->session.reset();
        if (runner_owner_ != i) instances_[i]->runner.reset();
    }
}

void Cluster::note(const Error& error, const char* where) {
    if (error.code == ErrorCode::kFenced) {
        ++happened_.fenced;
    } else if (error.code != ErrorCode::kUnavailable) {
        violations_.add(fmt::format("{}: {}", where, error.message));
    }
}

void Cluster::settle() {
    for (const auto& instance : instances_) instance->lose();
    while (backend_.show_one(0)) {
    }
    const std::int64_t quiet_needed =
        (Milliseconds{history_.setup.gap_wait_ms} + Milliseconds{history_.setup.closed_kept_ms}) /
            kQuietPass +
        6;
    std::int64_t quiet = 0;
    for (std::uint64_t round = 0; quiet < quiet_needed && violations_.all().empty(); ++round) {
        if (round == kRoundsMax) {
            violations_.add("it does not come to rest");
            return;
        }
        bool moved = false;
        for (std::size_t who = 0; who < instances_.size(); ++who) {
            if (step_once(who)) moved = true;
            if (deliver_once(who, true)) moved = true;
        }
        if (moved) {
            quiet = 0;
            if (round % 64 != 63) continue;
        } else {
            ++quiet;
        }
        clock_.pass(kQuietPass);
    }
}

std::uint64_t Cluster::count(runtime::Counter runtime::SequencingProbe::*counter) const {
    std::uint64_t sum = 0;
    for (const auto& instance : instances_) sum += (instance->probe.*counter).load();
    return sum;
}

std::uint64_t Cluster::parked() const {
    const auto& holder = *instances_[runner_owner_];
    std::uint64_t sum = 0;
    for (const auto& entry : holder.entries) sum += entry->probe.parked_now.load();
    return sum;
}

}  // namespace sluice::sim
