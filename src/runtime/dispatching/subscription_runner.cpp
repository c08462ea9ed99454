#include "runtime/dispatching/subscription_runner.hpp"

#include "runtime/domain/retry_open.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::chrono::milliseconds kLookForShares{100};  // for another share of the homes

}  // namespace

/// The threads of a session.
struct SubscriptionRunner::Crew {
    Roll roll;  ///< its entries outlive the session
    std::unique_ptr<RunnerSession> session;
    std::atomic<std::size_t> running{0};
    std::mutex failure_mutex;
    Status failure{ok()};
    std::vector<std::jthread> threads;  ///< last: they join before what they use goes
};

SubscriptionRunner::SubscriptionRunner(
    log::Log& log, const Clock& clock, Activity& activity, RunnerOptions options
)
    : log_{log},
      clock_{clock},
      activity_{activity},
      options_{std::move(options)} {}

void SubscriptionRunner::add(Subscription subscription, Notify notify) {
    auto entry = std::make_shared<SubscriptionEntry>(std::move(subscription), options_.homes);
    entry->probe.notify = std::move(notify);
    const std::lock_guard lock{roll_mutex_};
    roll_.entries.push_back(std::move(entry));
    ++roll_.version;
}

bool SubscriptionRunner::remove(std::string_view name) {
    const std::lock_guard lock{roll_mutex_};
    auto& entries = roll_.entries;
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
        return entry->subscription.name == name;
    });
    if (found == entries.end()) return false;
    roll_.forgotten.emplace_back(name);
    entries.erase(found);
    ++roll_.version;
    return true;
}

bool SubscriptionRunner::replace(Subscription subscription, Notify notify) {
    auto entry = std::make_shared<SubscriptionEntry>(std::move(subscription), options_.homes);
    entry->probe.notify = std::move(notify);
    const std::lock_guard lock{roll_mutex_};
    auto& entries = roll_.entries;
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& one) {
        return one->subscription.name == entry->subscription.name;
    });
    if (found == entries.end()) return false;
    *found = std::move(entry);
    ++roll_.version;
    return true;
}

void SubscriptionRunner::retire(const std::string& name, std::uint64_t life) {
    const std::lock_guard lock{roll_mutex_};
    std::erase_if(roll_.entries, [&](const auto& entry) {
        const Subscription& one = entry->subscription;
        return one.name == name && one.life && *one.life <= life;
    });
    std::uint64_t& last = roll_.gone[name];
    last = std::max(last, life);
    ++roll_.version;
}

void SubscriptionRunner::forget(std::string name) {
    const std::lock_guard lock{roll_mutex_};
    roll_.forgotten.push_back(std::move(name));
    ++roll_.version;
}

SubscriptionEntries SubscriptionRunner::entries() const {
    const std::lock_guard lock{roll_mutex_};
    return roll_.entries;
}

SubscriptionRunner::Roll SubscriptionRunner::roll() const {
    const std::lock_guard lock{roll_mutex_};
    return roll_;
}

bool SubscriptionRunner::is_roll(std::uint64_t version) const {
    const std::lock_guard lock{roll_mutex_};
    return roll_.version == version;
}

bool SubscriptionRunner::settled(HomeId home, Offset end) const {
    const SubscriptionEntries all = entries();
    return std::all_of(all.begin(), all.end(), [&](const auto& entry) {
        return Offset{entry->settled[home.value].load(std::memory_order_acquire)} >= end;
    });
}

Status SubscriptionRunner::run(const std::stop_token& stop) {
    const Reopens reopens = [this](const Error& error) {
        const SubscriptionEntries all = entries();
        if (all.empty()) return;
        const Reopens tell = reopens_as_notice(all.front()->probe.notify, "dispatching");
        if (tell) tell(error);
    };
    while (!stop.stop_requested()) {
        const Status ended = run_reopening(
            log_, stop, [&] { return run_session(stop); }, reopens
        );
        if (!ended) return ended;
    }
    return ok();
}

bool SubscriptionRunner::is_share_of(std::uint64_t round) const {
    return membership_ == nullptr || membership_->round() == round;
}

Status SubscriptionRunner::run_session(const std::stop_token& stop) {
    const std::uint64_t before = log_.version();
    const log::Share share = membership_ == nullptr ? log::Share{} : membership_->share();
    if (membership_ != nullptr && share.homes.empty()) {
        carried_ = roll().version;
        if (is_share_of(share.round)) log_.wait_for_change(before, kLookForShares);
        return ok();
    }
    Crew crew;
    crew.roll = roll();
    auto session = RunnerSession::open(
        {log_,
         clock_,
         activity_,
         options_,
         crew.roll.entries,
         share.homes,
         std::move(crew.roll.forgotten),
         std::move(crew.roll.gone)}
    );
    if (!session) return session.error();
    crew.session = std::move(session.value());
    carried_ = crew.roll.version;
    start_workers(crew);
    return close(crew, commit_loop(crew, stop, share.round));
}

void SubscriptionRunner::start_workers(Crew& crew) {
    crew.running = crew.session->workers().size();
    for (const auto& worker : crew.session->workers()) {
        crew.threads.emplace_back([&crew, &worker](const std::stop_token& stop) {
            if (Status ended = worker->run(stop); !ended) {
                const std::lock_guard lock{crew.failure_mutex};
                if (crew.failure) crew.failure = std::move(ended);
            }
            --crew.running;
            crew.session->submitted().moved();
        });
    }
}

/// Until all workers have ended and what they left is written, or something failed.
Status SubscriptionRunner::commit_loop(
    Crew& crew, const std::stop_token& stop, std::uint64_t round
) {
    RunnerSession& session = *crew.session;
    const auto leaving = std::make_unique<std::stop_source>();  // GCC 12 warns of one on the stack
    const std::stop_callback asked{stop, [&leaving] { leaving->request_stop(); }};
    const std::stop_callback wake{leaving->get_token(), [&crew, &session] {
                                      for (auto& thread : crew.threads) thread.request_stop();
                                      session.submitted().moved();
                                  }};
    while (true) {
        if (!is_share_of(round) || !is_roll(crew.roll.version)) leaving->request_stop();
        const std::uint64_t seen = session.submitted().version();
        const auto next = std::chrono::steady_clock::now() + options_.commit_interval;
        const bool all_ended = crew.running == 0;  // before the commit: nothing comes after it
        if (const Status committed = session.commit(); !committed) return committed;
        {
            const std::lock_guard lock{crew.failure_mutex};
            if (!crew.failure) return crew.failure;
        }
        if (all_ended && (leaving->stop_requested() || !session.workers().empty())) return ok();
        const auto look_again = std::chrono::steady_clock::now() + kLookForShares;
        session.submitted().wait_until(seen, look_again);
        if (!leaving->stop_requested()) std::this_thread::sleep_until(next);
    }
}

Status SubscriptionRunner::close(Crew& crew, Status status) {
    for (auto& thread : crew.threads) thread.request_stop();
    for (const auto& worker : crew.session->workers()) worker->slot().close();
    crew.threads.clear();  // joins
    crew.session.reset();
    return status;
}

}  // namespace sluice::runtime
