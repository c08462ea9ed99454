#pragma once

#include "deliver/async_sink.hpp"
#include "deliver/pull/lease_desk.hpp"
#include "deliver/wanted_types.hpp"
#include "event/limits.hpp"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver::pull {

/// What a client gets: consecutive events of one subject, as JSON texts.
struct Pulled {
    std::string lease;  ///< to answer with
    std::string subject;
    std::uint32_t attempt{1};
    std::vector<std::string> events;  ///< structured CloudEvents, each on one line
    Milliseconds left{0};             ///< of the lease
};

/// What a client says of an event.
struct PullAnswer {
    std::string lease;
    Position position;
    Word word{Word::kDone};
    std::string reason{};
    std::optional<Milliseconds> after{};
};

/// Holds events until clients pull them, each subject in order and one client's at a time, and
/// answer. A lease names the life of the sink that it is of, so that one of an earlier process is
/// over.
/// Threads:  the interface of sinks from one; `pull`, `answer`, `extend` and `close` from any, at
///           once.
/// Failure:  as LeaseDesk: a client without an answer in time is an attempt.
/// Limits:   `runs_max` runs at once.
class PullSink final : public Sink, public AsyncSink {
public:
    struct Options {
        std::size_t runs_max{1'000};
        WantedTypes types{};  ///< empty: all
        event::EventLimits limits{};
    };

    explicit PullSink(Options options);

    [[nodiscard]] bool wants(std::string_view type) const override;

    /// kNotTried: nobody pulls within a call.
    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

    [[nodiscard]] std::vector<Figure> figures() const override;

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override;
    void begin(std::span<const RunBegun> runs) override;
    [[nodiscard]] std::vector<RunEnded> ended() override;
    void wait(Milliseconds longest) override;
    void drain() override;
    void abandon() override;

    [[nodiscard]] std::optional<std::string> refused_for_good() override { return std::nullopt; }

    /// Waits so long for the first event. Empty: none came, or it was closed.
    [[nodiscard]] std::vector<Pulled> pull(const Ask& ask, Milliseconds wait);

    /// In their order, one result each.
    [[nodiscard]] std::vector<Status> answer(std::span<const PullAnswer> answers);

    [[nodiscard]] Status extend(std::string_view lease, Milliseconds length);

    /// Whoever waits for events gets none, from now on.
    void close();

    /// Until clients have answered for all that they have, or `longest` is over.
    void wait_for_answers(Milliseconds longest);

private:
    [[nodiscard]] static Instant steady_now();
    [[nodiscard]] std::string text_of(LeaseId lease) const;
    [[nodiscard]] std::optional<LeaseId> lease_of(std::string_view text) const;
    [[nodiscard]] Pulled pulled(const Leased& leased, Instant now) const;

    const Options options_;
    const std::string life_;    ///< of this sink: the first part of its leases' texts
    mutable std::mutex mutex_;  ///< of all below
    std::condition_variable offered_;
    std::condition_variable settled_;
    LeaseDesk desk_;
    std::map<RunTicket, std::vector<std::string>> texts_;  ///< of each run's events
    std::vector<RunEnded> at_once_;                        ///< runs without an event
    std::map<RunTicket, dispatch::Failure> after_;  ///< of the event behind a run, which is none
    bool closed_{false};
};

}  // namespace sluice::deliver::pull
