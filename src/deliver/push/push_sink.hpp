#pragma once

#include "base/clock.hpp"
#include "deliver/async_sink.hpp"
#include "deliver/push/consent.hpp"
#include "deliver/push/courier.hpp"
#include "deliver/push/pace.hpp"
#include "deliver/push/signature.hpp"
#include "deliver/wanted_types.hpp"
#include "event/limits.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver::push {

/// Read from any thread.
struct PushProbe {
    std::atomic<std::uint64_t> taken{0};     ///< requests
    std::atomic<std::uint64_t> failed{0};    ///< retried or dead
    std::atomic<std::uint64_t> lost{0};      ///< sent, and no whole answer came
    std::atomic<std::uint64_t> not_sent{0};  ///< nobody was reached
    std::atomic<std::uint64_t> busy{0};      ///< the receiver asked to be left alone
};

struct PushOptions {
    CourierOptions courier;
    Mode mode{Mode::kBinary};
    std::string domain;
    std::string subscription;
    std::vector<Secret> secrets;  ///< empty: requests are not signed
    std::string authorization;    ///< of the header `Authorization`; empty: none
    ConsentOptions consent;
    bool dry_run{false};                    ///< the receiver knows `sluice-dry-run`
    std::size_t batch_bytes_max{1U << 20};  ///< of data; a larger event goes alone
    WantedTypes types;                      ///< empty: all
    event::EventLimits limits;
    PaceOptions pace;
    /// Told when the target cannot be reached, is back, asks for a pause, or wants nothing more.
    std::function<void(std::string_view)> on_news{[](std::string_view) {}};
};

/// Posts events to an HTTP endpoint (docs/guide/push.md): each subject in order, many subjects at
/// once, at least once. The receiver answers done, retry or dead.
/// Threads:  one caller at a time; `probe` from any; `on_news` is called on the courier's thread.
/// Lifetime: the clock, and what `on_news` captures, outlive it; the destructor gives up what is
///           under way.
/// Failure:  a target that cannot be reached, or is busy, is left alone for a while: kNotTried. A
///           request without a whole answer is an attempt: it may have been handled.
/// Limits:   twice as many runs as there are connections; events of a run one after another, or as
///           one batch within `batch_bytes_max`.
class PushSink final : public Sink, public AsyncSink {
public:
    /// kBadConfig: as Courier::open.
    [[nodiscard]] static Result<std::unique_ptr<PushSink>> open(
        PushOptions options, const Clock& clock
    );

    ~PushSink() override;
    PushSink(const PushSink&) = delete;
    PushSink& operator=(const PushSink&) = delete;

    [[nodiscard]] bool wants(std::string_view type) const override;

    /// Begins all and waits for their ends.
    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

    /// With `sluice-dry-run: true`; kUnsupported unless the receiver is said to know it.
    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const RunWork& run) override;

    [[nodiscard]] std::vector<Figure> figures() const override;

    [[nodiscard]] AsyncSink* async() override { return this; }

    [[nodiscard]] std::size_t room() override;
    void begin(std::span<const RunBegun> runs) override;
    [[nodiscard]] std::vector<RunEnded> ended() override;
    void wait(Milliseconds longest) override;
    void drain() override;
    void abandon() override;
    [[nodiscard]] std::optional<std::string> refused_for_good() override;

    [[nodiscard]] const PushProbe& probe() const { return probe_; }

private:
    /// A run under way: `handled` of its events are done, the next `asked` are with the receiver.
    struct Flight {
        std::vector<Event> events;
        std::vector<Position> positions;
        std::optional<dispatch::Failure> after;  ///< of the event behind them, which is none
        std::uint32_t attempt{1};
        std::size_t handled{0};
        std::size_t asked{0};
        bool singly{false};  ///< a batch was refused: one by one it shows which
        bool dry_run{false};
    };

    PushSink(PushOptions options, const Clock& clock);

    void begin_all(std::span<const RunBegun> runs, bool dry_run);
    [[nodiscard]] std::vector<dispatch::RunOutcome> carry_out(
        std::span<const RunWork> runs, bool dry_run
    );
    [[nodiscard]] Flight flight_of(const RunWork& run) const;
    [[nodiscard]] std::size_t next_share(const Flight& flight) const;
    [[nodiscard]] Request request_of(const Flight& flight) const;
    void send_next(RunTicket ticket, Flight& flight);
    void land(RunTicket ticket, Reply reply);
    bool settle(Flight& flight, Reply reply, std::optional<dispatch::Failure>& failure);
    std::optional<dispatch::Failure> failure_in(const Answer& answer, Flight& flight);
    void ask_for_consent();
    void take_consent(const Reply& reply);
    [[nodiscard]] Milliseconds pause_left() const;
    [[nodiscard]] dispatch::Failure not_tried(std::string why) const;
    [[nodiscard]] Instant steady_now() const;

    void tell(std::string news) { news_.push_back(std::move(news)); }

    PushOptions options_;
    const Clock& clock_;
    PushProbe probe_;
    mutable std::mutex mutex_;  ///< of all below
    std::condition_variable landed_;
    std::map<RunTicket, Flight> flights_;
    std::vector<RunEnded> ended_;
    std::vector<std::string> news_;  ///< to be told without the lock
    Pace pace_;
    Consent consent_;
    std::optional<std::string> refusal_;
    bool draining_{false};              ///< until no flight is left
    bool abandoned_{false};             ///< the same
    RunTicket own_ticket_;              ///< of `deliver` and `try_out`
    std::unique_ptr<Courier> courier_;  ///< last: its thread ends before what it uses goes
};

}  // namespace sluice::deliver::push
