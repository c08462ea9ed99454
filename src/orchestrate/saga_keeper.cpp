#include "orchestrate/saga_keeper.hpp"

#include "orchestrate/saga_tables.hpp"
#include "runtime/domain/retry_open.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::orchestrate {

namespace {

constexpr std::chrono::milliseconds kLookAtClock{100};

}  // namespace

Result<std::unique_ptr<SagaKeeper>> SagaKeeper::start(Parts parts) {
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_unique cannot see the constructor
    std::unique_ptr<SagaKeeper> keeper{new SagaKeeper{std::move(parts)}};
    auto session = keeper->open_session();
    if (!session) return session.error();
    keeper->first_ = std::move(session).value();
    keeper->thread_ =
        std::jthread{[raw = keeper.get()](const std::stop_token& stop) { raw->run(stop); }};
    return keeper;
}

Result<std::unique_ptr<SagaSession>> SagaKeeper::open_session() {
    return SagaSession::open(
        {parts_.log, parts_.clock, parts_.book, parts_.port, &census_}, parts_.limits
    );
}

Result<saga::Instance> SagaKeeper::bring(SagaInput input) {
    auto answer = std::make_shared<Answer>();
    auto future = answer->get_future();
    if (!enqueue({std::move(input), answer})) {
        if (const Status failed = failure(); !failed) return failed.error();
        const std::lock_guard lock{mutex_};
        if (stopped_) return Error{ErrorCode::kUnavailable, "sagas: it stops"};
        return Error{ErrorCode::kFull, "sagas: too much waits already; try later"};
    }
    return future.get();
}

bool SagaKeeper::post(SagaInput input) {
    return enqueue({std::move(input), nullptr});
}

bool SagaKeeper::enqueue(Job job) {
    const std::lock_guard lock{mutex_};
    if (stopped_ || !failure_ || jobs_.size() >= kWaitingMax) return false;
    jobs_.push_back(std::move(job));
    changed_.notify_all();
    return true;
}

/// Looks in the log after it has begun to wait: an end between the two is told.
Result<saga::Instance> SagaKeeper::await_end(
    const std::string& id, std::chrono::milliseconds patience
) {
    std::optional<saga::Instance> ended;
    std::unique_lock lock{mutex_};
    const auto waits = awaited_.emplace(id, &ended);
    lock.unlock();
    auto now = look_up_saga(parts_.log, id);
    lock.lock();
    if (now && !now->ended()) {
        changed_.wait_for(lock, patience, [&] { return ended.has_value() || stopped_; });
    }
    awaited_.erase(waits);
    lock.unlock();
    if (ended) return *ended;
    return now && !now->ended() ? look_up_saga(parts_.log, id) : now;
}

// ---- the thread ----------------------------------------------------------------------------

void SagaKeeper::run(const std::stop_token& stop) {
    const Status ended = runtime::run_reopening(parts_.log, stop, [&]() -> Status {
        std::unique_ptr<SagaSession> session = std::move(first_);
        if (session == nullptr) {
            auto opened = open_session();
            if (!opened) return opened.error();
            session = std::move(opened).value();
        }
        return run_session(*session, stop);
    });
    if (!ended) {
        const std::lock_guard lock{mutex_};
        failure_ = ended;
    }
    refuse_all(ended ? Error{ErrorCode::kUnavailable, "sagas: it stops"} : ended.error());
}

Status SagaKeeper::run_session(SagaSession& session, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<Job> jobs = wait_for_jobs(stop, session.next_due());
        std::vector<SagaInput> inputs;
        inputs.reserve(jobs.size());
        for (Job& job : jobs) inputs.push_back(std::move(job.input));
        auto answers = session.step(inputs);
        if (!answers) {
            const Error unknown{ErrorCode::kUnavailable, "sagas: " + answers.error().message};
            for (const Job& job : jobs) {
                if (job.answer != nullptr) job.answer->set_value(unknown);
            }
            return answers.error();
        }
        tell_ended(session.take_ended());
        for (std::size_t at = 0; at < jobs.size(); ++at) {
            if (jobs[at].answer == nullptr) continue;
            jobs[at].answer->set_value(std::move(answers.value()[at]));
        }
    }
    return ok();
}

/// What waits, as soon as something does; nothing once the clock has come to `due`.
std::vector<SagaKeeper::Job> SagaKeeper::wait_for_jobs(
    const std::stop_token& stop, std::optional<Instant> due
) {
    std::unique_lock lock{mutex_};
    const auto some = [&] { return !jobs_.empty(); };
    while (!some() && !stop.stop_requested() && (!due || parts_.clock.now() < *due)) {
        std::chrono::milliseconds wait = kLookAtClock;
        if (due) wait = std::clamp(*due - parts_.clock.now(), Milliseconds{1}, wait);
        changed_.wait_for(lock, stop, wait, some);
    }
    std::vector<Job> taken;
    while (!jobs_.empty() && taken.size() < kBatchMax) {
        taken.push_back(std::move(jobs_.front()));
        jobs_.pop_front();
    }
    return taken;
}

void SagaKeeper::tell_ended(const std::vector<saga::Instance>& ended) {
    if (ended.empty()) return;
    const std::lock_guard lock{mutex_};
    for (const saga::Instance& one : ended) {
        const auto [first, last] = awaited_.equal_range(one.id);
        for (auto waits = first; waits != last; ++waits) *waits->second = one;
    }
    changed_.notify_all();
}

void SagaKeeper::refuse_all(const Error& why) {
    std::deque<Job> jobs;
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
        jobs.swap(jobs_);
        changed_.notify_all();
    }
    for (const Job& job : jobs) {
        if (job.answer != nullptr) job.answer->set_value(why);
    }
}

void SagaKeeper::stop() noexcept {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

std::size_t SagaKeeper::waiting() const {
    const std::lock_guard lock{mutex_};
    return jobs_.size();
}

Status SagaKeeper::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

}  // namespace sluice::orchestrate
