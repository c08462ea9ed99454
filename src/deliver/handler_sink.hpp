#pragma once

#include <sluice/service.hpp>

#include "base/clock.hpp"
#include "deliver/sink.hpp"
#include "event/limits.hpp"
#include "store/inbox.hpp"
#include "store/session.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::deliver {

/// Written by the sink's thread, read from any.
struct HandlerProbe {
    std::atomic<std::uint64_t> handled{0};     ///< duplicates among them
    std::atomic<std::uint64_t> duplicates{0};  ///< the inbox knew them: no handler was called
    std::atomic<std::uint64_t> failed{0};      ///< retried or dead
    std::atomic<std::uint64_t> not_tried{0};   ///< runs
    std::atomic<std::uint64_t> transactions{0};
    std::atomic<std::uint64_t> commits_lost{0};  ///< their outcome was read from the inbox
};

/// Calls a service's handlers, each event exactly once as far as its database shows.
/// Many runs share one transaction. Each event has a savepoint of its own: first its inbox row,
/// then the handler. A failing event is rolled back to its savepoint and ends its own run; all
/// others commit. When the answer of the commit is lost, the inbox rows say what has become of each
/// run. What a service sets off outside is called last, and only if it is this one's to call.
/// Threads:  one at a time; `probe` from any.
/// Lifetime: the database and the clock outlive it.
/// Failure:  a lock, a deadlock or a lost connection is kNotTried; a session that is lost is opened
///           anew.
class HandlerSink final : public Sink {
public:
    struct Options {
        std::string domain;
        event::EventLimits limits;
        const std::atomic<bool>* acts{nullptr};  ///< whether effects are called; null: they are
    };

    /// In whose name the inbox keeps how far a subject's effects were another one's: at a switch
    /// the positions of who acted until then are copied there.
    [[nodiscard]] static std::string effects_of(std::string_view service);

    /// Opens a session, makes the inbox and runs the service's schema. kBadConfig names the service
    /// and what is wrong with its name, its handlers or its schema.
    [[nodiscard]] static Result<std::unique_ptr<HandlerSink>> open(
        Service service, const store::Database& database, const Clock& clock, Options options
    );

    [[nodiscard]] bool wants(std::string_view type) const override;

    [[nodiscard]] std::vector<dispatch::RunOutcome> deliver(std::span<const RunWork> runs) override;

    /// Inbox row and handler in a transaction that is rolled back.
    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const RunWork& run) override;

    [[nodiscard]] const HandlerProbe& probe() const { return probe_; }

    [[nodiscard]] const Service& service() const { return service_; }

private:
    HandlerSink(
        Service service, const store::Database& database, const Clock& clock, Options options
    );

    Status prepare();
    void deliver_all(std::span<const RunWork> runs, std::vector<dispatch::RunOutcome>& outcomes);
    dispatch::RunOutcome deliver_run(const RunWork& run);
    std::optional<dispatch::Failure> deliver_event(const RunWork& run, const Outgoing& outgoing);
    std::optional<dispatch::Failure> handle(
        const RunWork& run, const Outgoing& outgoing, const Event& event
    );
    std::optional<dispatch::Failure> call(const Handler& handler, const Event& event);
    [[nodiscard]] bool acts_on(const RunWork& run, const Outgoing& outgoing);
    bool commit(std::span<const RunWork> runs, std::vector<dispatch::RunOutcome>& outcomes);
    void redo_apart(
        std::span<const RunWork> runs,
        std::vector<dispatch::RunOutcome>& outcomes,
        const SqlError& error
    );
    void ask_inbox(std::span<const RunWork> runs, std::vector<dispatch::RunOutcome>& outcomes);
    static void give_up(std::vector<dispatch::RunOutcome>& outcomes, const std::string& why);
    void count(const std::vector<dispatch::RunOutcome>& outcomes);

    Service service_;
    const store::Database& database_;
    const Clock& clock_;
    Options options_;
    store::Inbox inbox_;
    store::Inbox effects_;  ///< up to where somebody else has acted
    bool trial_{false};
    std::unique_ptr<store::Session> session_;  ///< none: lost, to be opened anew
    std::uint64_t duplicates_{0};              ///< in the open transaction
    HandlerProbe probe_;
};

}  // namespace sluice::deliver
