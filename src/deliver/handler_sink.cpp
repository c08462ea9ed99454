#include "deliver/handler_sink.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/point.hpp"
#include "deliver/decode.hpp"
#include "deliver/judge.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

HandlerSink::HandlerSink(
    Service service, const store::Database& database, const Clock& clock, Options options
)
    : service_{std::move(service)},
      database_{database},
      clock_{clock},
      options_{std::move(options)},
      inbox_{options_.domain, service_.name()},
      effects_{options_.domain, effects_of(service_.name())} {}

std::string HandlerSink::effects_of(std::string_view service) {
    return std::string{service} + "/effects";
}

Result<std::unique_ptr<HandlerSink>> HandlerSink::open(
    Service service, const store::Database& database, const Clock& clock, Options options
) {
    if (auto checked = check_service(service); !checked) return checked.error();
    // The constructor is private: make_unique cannot reach it.
    std::unique_ptr<HandlerSink> sink{
        new HandlerSink{std::move(service), database, clock, std::move(options)}};
    if (auto prepared = sink->prepare(); !prepared) {
        return prepared.error().at("service " + sink->service_.name());
    }
    return sink;
}

/// Opens the session; tables are made each time, so that a database that was lost and made anew is
/// complete.
Status HandlerSink::prepare() {
    auto opened = database_.open_session();
    if (!opened) return opened.error();
    try {
        store::Inbox::create(*opened.value());
        if (!service_.schema().empty()) opened.value()->run_script(service_.schema());
    } catch (const SqlError& error) {
        return Error{
            is_passing(error) ? ErrorCode::kUnavailable : ErrorCode::kBadConfig,
            fmt::format("its schema: {}", error.what())};
    }
    session_ = std::move(opened).value();
    return ok();
}

bool HandlerSink::wants(std::string_view type) const {
    return service_.handlers().find(type) != service_.handlers().end() ||
           service_.effects().find(type) != service_.effects().end();
}

std::vector<RunOutcome> HandlerSink::deliver(std::span<const RunWork> runs) {
    std::vector<RunOutcome> outcomes(runs.size());
    if (runs.empty()) return outcomes;
    deliver_all(runs, outcomes);
    count(outcomes);
    return outcomes;
}

void HandlerSink::deliver_all(std::span<const RunWork> runs, std::vector<RunOutcome>& outcomes) {
    if (!session_) {
        if (auto prepared = prepare(); !prepared) {
            give_up(outcomes, prepared.error().message);
            return;
        }
    }
    duplicates_ = 0;
    try {
        session_->begin();
        for (std::size_t at = 0; at < runs.size(); ++at) outcomes[at] = deliver_run(runs[at]);
    } catch (const SqlError& error) {  // of the transaction as a whole: nothing of it is there
        session_->rollback();
        // Opened anew it has its tables again, should they have gone.
        if (!is_lock(error)) session_.reset();
        give_up(outcomes, error.what());
        return;
    }
    SLUICE_POINT("deliver.before_commit");
    if (!commit(runs, outcomes)) return;
    SLUICE_POINT("deliver.after_commit");
    probe_.duplicates += duplicates_;
    ++probe_.transactions;
}

Result<RunOutcome> HandlerSink::try_out(const RunWork& run) {
    if (!session_) {
        if (auto prepared = prepare(); !prepared) return prepared.error();
    }
    try {
        session_->begin();
        trial_ = true;
        RunOutcome outcome = deliver_run(run);
        trial_ = false;
        session_->rollback();
        return outcome;
    } catch (const SqlError& error) {
        trial_ = false;
        session_->rollback();
        if (!is_lock(error)) session_.reset();
        return Error{ErrorCode::kUnavailable, error.what()};
    }
}

RunOutcome HandlerSink::deliver_run(const RunWork& run) {
    RunOutcome outcome;
    for (const Outgoing& outgoing : run.events) {
        outcome.failure = deliver_event(run, outgoing);
        if (outcome.failure.has_value()) break;
        ++outcome.handled;
    }
    return outcome;
}

std::optional<Failure> HandlerSink::deliver_event(const RunWork& run, const Outgoing& outgoing) {
    auto decoded = decode(outgoing, options_.limits);
    if (!decoded) return Failure{FailureKind::kDead, decoded.error().message, {}};
    session_->savepoint();
    auto failure = handle(run, outgoing, decoded.value());
    if (failure.has_value()) {
        session_->rollback_to_savepoint();
    } else {
        session_->release();
    }
    return failure;
}

std::optional<Failure> HandlerSink::handle(
    const RunWork& run, const Outgoing& outgoing, const Event& event
) {
    const std::uint64_t id_hash = hash64({event.source, event.id});
    switch (inbox_.advance(*session_, run.subject, outgoing.position, id_hash, clock_.now())) {
        case store::Inbox::Answer::kFirst: break;
        case store::Inbox::Answer::kDuplicate: ++duplicates_; return std::nullopt;
        case store::Inbox::Answer::kReused: return reused(outgoing.position, event);
        case store::Inbox::Answer::kTooLong: return too_long(run.subject, *session_);
    }
    if (const auto handler = service_.handlers().find(event.type);
        handler != service_.handlers().end()) {
        if (auto failure = call(handler->second, event)) return failure;
    }
    const auto effect = service_.effects().find(event.type);
    if (effect == service_.effects().end() || !acts_on(run, outgoing)) return std::nullopt;
    return call(effect->second, event);
}

/// A rebuild that became the live one acts above what was acted on before; a parked event may lie
/// below that.
bool HandlerSink::acts_on(const RunWork& run, const Outgoing& outgoing) {
    if (trial_ || (options_.acts != nullptr && !options_.acts->load())) return false;
    const auto before = effects_.read(*session_, run.subject);
    return !before.has_value() || before->last < outgoing.position;
}

std::optional<Failure> HandlerSink::call(const Handler& handler, const Event& event) {
    try {
        auto failure = failure_of(handler(event, *session_));
        if (!failure.has_value()) session_->require_usable();
        return failure;
    } catch (const SqlError& error) {
        const bool transaction_is_lost = !session_->in_transaction() || ends_transaction(error);
        if (transaction_is_lost) throw;
        return failure_of(error);
    } catch (const std::exception& error) {
        return Failure{
            FailureKind::kDead, fmt::format("the handler threw: {}", error.what()), {}, "thrown"};
    } catch (...) {
        return Failure{FailureKind::kDead, "the handler threw something unknown", {}, "thrown"};
    }
}

/// Whether the outcomes stand.
bool HandlerSink::commit(std::span<const RunWork> runs, std::vector<RunOutcome>& outcomes) {
    try {
        session_->commit();
        return true;
    } catch (const SqlError& error) {
        // An answer: nothing was committed. Servers end the transaction with it, SQLite does not.
        const bool refused =
            session_->in_transaction() || error.kind() != SqlError::Kind::kConnection;
        session_->rollback();
        if (refused && error.kind() == SqlError::Kind::kConstraint) {
            redo_apart(runs, outcomes, error);
            return false;
        }
        if (refused) {
            give_up(outcomes, error.what());
            return false;
        }
    }
    ++probe_.commits_lost;
    ask_inbox(runs, outcomes);
    return false;
}

/// A constraint that is checked at the commit is broken by some event: each gets a transaction of
/// its own.
void HandlerSink::redo_apart(
    std::span<const RunWork> runs, std::vector<RunOutcome>& outcomes, const SqlError& error
) {
    if (runs.size() == 1 && runs.front().events.size() == 1) {
        outcomes.front() = {0, failure_of(error)};
        return;
    }
    for (std::size_t at = 0; at < runs.size(); ++at) {
        outcomes[at] = {};
        for (const Outgoing& outgoing : runs[at].events) {
            const RunWork alone{runs[at].subject, {outgoing}, runs[at].attempt};
            std::vector<RunOutcome> outcome(1);
            deliver_all({&alone, 1}, outcome);
            outcomes[at].handled += outcome.front().handled;
            outcomes[at].failure = std::move(outcome.front().failure);
            if (outcomes[at].failure.has_value()) break;
        }
    }
}

/// The commit's answer was lost. Redelivery of what did succeed would do no harm, but is not
/// needed.
void HandlerSink::ask_inbox(std::span<const RunWork> runs, std::vector<RunOutcome>& outcomes) {
    session_.reset();
    try {
        if (auto prepared = prepare(); !prepared) {
            give_up(outcomes, prepared.error().message);
            return;
        }
        for (std::size_t at = 0; at < runs.size(); ++at) {
            RunOutcome& outcome = outcomes[at];
            if (outcome.handled == 0) continue;  // its failure stands: it left nothing behind
            const Position last = runs[at].events[outcome.handled - 1].position;
            const auto row = inbox_.read(*session_, runs[at].subject);
            if (row.has_value() && row->last >= last) continue;
            outcome = {0, Failure{FailureKind::kNotTried, "the commit did not succeed", {}}};
        }
    } catch (const SqlError& error) {
        session_.reset();
        give_up(outcomes, error.what());
    }
}

void HandlerSink::give_up(std::vector<RunOutcome>& outcomes, const std::string& why) {
    for (RunOutcome& outcome : outcomes) {
        outcome = {0, Failure{FailureKind::kNotTried, why, {}}};
    }
}

void HandlerSink::count(const std::vector<RunOutcome>& outcomes) {
    for (const RunOutcome& outcome : outcomes) {
        probe_.handled += outcome.handled;
        if (!outcome.failure.has_value()) continue;
        const bool not_tried = outcome.failure->kind == FailureKind::kNotTried;
        ++(not_tried ? probe_.not_tried : probe_.failed);
    }
}

}  // namespace sluice::deliver
