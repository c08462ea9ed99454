#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "orchestrate/saga_session.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::orchestrate {

/// Runs the sagas of a log: one thread takes what callers bring, as many at a time as wait, and the
/// clock. So a thousand callers share a write to the disk.
/// Threads:  any; `stop` too. Answers are durable.
/// Lifetime: log, clock and port outlive it; it is stopped before the port is.
/// Failure:  kUnavailable: the log has no time or no room now, or it stops; whether the input was
///           carried out nobody knows: bring it again, twice is once. What cannot be mended is kept
///           as `failure`, and every call answers it.
/// Limits:   SagaLimits; `kWaitingMax` inputs wait, more are refused (kFull).
class SagaKeeper {
public:
    static constexpr std::size_t kWaitingMax = 10'000;
    static constexpr std::size_t kBatchMax = 512;

    struct Parts {
        log::Log& log;
        const Clock& clock;
        SagaPort& port;
        SagaBook book;
        SagaLimits limits{};
    };

    /// Errors as SagaSession::open.
    [[nodiscard]] static Result<std::unique_ptr<SagaKeeper>> start(Parts parts);

    ~SagaKeeper() { stop(); }

    SagaKeeper(const SagaKeeper&) = delete;
    SagaKeeper& operator=(const SagaKeeper&) = delete;

    /// Answers the saga as it is after the input.
    [[nodiscard]] Result<saga::Instance> bring(SagaInput input);

    /// Likewise, without waiting: for answers, which come again if one is lost. False: too much
    /// waits.
    bool post(SagaInput input);

    /// Until the saga has ended, or `patience` is over: then as it is by now.
    [[nodiscard]] Result<saga::Instance> await_end(
        const std::string& id, std::chrono::milliseconds patience
    );

    /// Nothing new is taken; what waits is answered kUnavailable. Safe to repeat.
    void stop() noexcept;

    [[nodiscard]] Status failure() const;

    [[nodiscard]] const SagaBook& book() const { return parts_.book; }

    [[nodiscard]] const SagaCensus& census() const { return census_; }

    /// Inputs that wait to be taken, of `kWaitingMax`.
    [[nodiscard]] std::size_t waiting() const;

    [[nodiscard]] const SagaLimits& limits() const { return parts_.limits; }

private:
    using Answer = std::promise<Result<saga::Instance>>;

    struct Job {
        SagaInput input;
        std::shared_ptr<Answer> answer;  ///< null: nobody waits
    };

    explicit SagaKeeper(Parts parts) : parts_{std::move(parts)}, census_{parts_.book} {}

    [[nodiscard]] Result<std::unique_ptr<SagaSession>> open_session();
    void run(const std::stop_token& stop);
    Status run_session(SagaSession& session, const std::stop_token& stop);
    [[nodiscard]] std::vector<Job> wait_for_jobs(
        const std::stop_token& stop, std::optional<Instant> due
    );
    void tell_ended(const std::vector<saga::Instance>& ended);
    bool enqueue(Job job);
    void refuse_all(const Error& why);

    Parts parts_;
    SagaCensus census_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;  ///< jobs, or sagas that have ended
    std::deque<Job> jobs_;
    std::multimap<std::string, std::optional<saga::Instance>*> awaited_;
    bool stopped_{false};
    Status failure_{ok()};
    std::unique_ptr<SagaSession> first_;  ///< opened by `start`, which answers its errors
    std::jthread thread_;                 ///< last: joins before anything it uses goes
};

}  // namespace sluice::orchestrate
