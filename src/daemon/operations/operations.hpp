#pragma once

#include "base/clock.hpp"
#include "daemon/config/contract_store.hpp"
#include "daemon/operations/backend.hpp"
#include "daemon/operations/state_cuts.hpp"
#include "daemon/verbs/commands.hpp"
#include "lag/verdict.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/engine/publisher.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/inspect/inspect.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::daemon {

/// The answers, from a log that this process has open and the contracts of its domains.
/// Threads:  any, after the last `add`; `expect` and `forget` at any time.
/// Lifetime: log, clock and tracer outlive it.
/// Failure:  as Backend.
class Operations final : public Backend {
public:
    /// `tracer`: of what is published; null: nobody.
    Operations(
        log::Log& log,
        const Clock& clock,
        event::EventLimits limits,
        const trace::Tracer* tracer = nullptr
    );

    /// A domain, as its engine was given it.
    void add(runtime::DomainPlan plan);

    /// A subscription that is configured: until it has handled anything, the log knows nothing of
    /// it, and it is behind by all that there is.
    void expect(std::string domain, std::string subscription);

    /// It is there no more.
    void forget(const std::string& domain, const std::string& subscription);

    /// Who judges the partitions of a consumer (the sequencer's subscription is ""). Nobody does
    /// where nothing runs: then whatever has something left to do has stopped.
    using WorstOf =
        std::function<lag::Verdict(std::string_view domain, std::string_view subscription)>;

    void judge_by(WorstOf worst_of) { worst_of_ = std::move(worst_of); }

    /// A subscription whose sink fails for all, and since when.
    struct OpenBreaker {
        std::string domain;
        std::string subscription;
        Instant since;
        std::uint64_t behind{};  ///< in flight
    };

    using OpenBreakers = std::function<std::vector<OpenBreaker>()>;

    void ask_for_breakers(OpenBreakers breakers) { open_breakers_ = std::move(breakers); }

    /// A subscription whose definition cannot be carried out, and why.
    struct Standing {
        std::string domain;
        std::string subscription;
        Instant since;
        std::string reason;
    };

    using AllStanding = std::function<std::vector<Standing>()>;

    void ask_for_standing(AllStanding standing) { standing_ = std::move(standing); }

    /// An engine runs on the log: callers wait for what becomes of their commands.
    void expect_outcomes(std::chrono::milliseconds patience) {
        commands_.wait_for_outcomes(patience);
    }

    /// States are folded here: who asks for one waits so long for it.
    void expect_states(Milliseconds patience) { state_patience_ = patience; }

    /// States may be cut as this subscription has its events cut.
    void cut_states_for(
        const std::string& domain, const std::string& subscription, const ShapeConfig& shape
    ) {
        state_cuts_.add(domain, subscription, shape);
    }

    /// Events that were asked to be published, since the start.
    struct Counts {
        std::atomic<std::uint64_t> published{0};
        std::atomic<std::uint64_t> refused{0};
    };

    [[nodiscard]] const Counts& counts() const { return counts_; }

    [[nodiscard]] Result<Json> status() const override;
    [[nodiscard]] Result<Json> stuck(
        std::string_view cursor, std::size_t limit, const runtime::StuckFilter& filter
    ) const override;
    [[nodiscard]] Result<RecordPage> show(const ShowQuery& query) const override;
    [[nodiscard]] Result<Json> why(std::string_view subject) const override;
    [[nodiscard]] Result<Json> trace(std::string_view subject, std::size_t limit) const override;
    [[nodiscard]] Result<StateReply> state(const StateQuery& query) const override;
    [[nodiscard]] Result<Json> preview(const CommandRequest& request) const override;
    [[nodiscard]] Result<Json> command(const CommandRequest& request) override;
    [[nodiscard]] Result<Json> topics() const override;
    [[nodiscard]] Result<TopicEnds> ends(
        const std::string& topic, std::optional<std::uint64_t> seen
    ) const override;
    [[nodiscard]] Result<RecordPage> records(const RecordQuery& query) const override;
    [[nodiscard]] Result<std::vector<Result<Published>>> publish(std::span<const Event> events
    ) override;

    /// Only events of that domain; kNotFound: no such domain. `caller`: the trace of whoever asks.
    [[nodiscard]] Result<std::vector<Result<Published>>> publish_to(
        std::string_view domain,
        std::span<const Event> events,
        const std::optional<trace::SpanContext>& caller = std::nullopt
    );

    /// Of a domain that is configured, or has the name it would have.
    [[nodiscard]] std::string ordered_topic(std::string_view domain) const;

    [[nodiscard]] const event::EventLimits& limits() const { return limits_; }

private:
    [[nodiscard]] Result<log::TopicSpec> topic(const std::string& name) const;
    [[nodiscard]] const runtime::DomainPlan* find(std::string_view domain) const;
    [[nodiscard]] Result<const runtime::DomainPlan*> folded(std::string_view domain) const;

    [[nodiscard]] std::vector<const runtime::DomainPlan*> plans() const;

    /// All that are on the log, whether they have taken a step or not.
    [[nodiscard]] Result<std::vector<runtime::DomainFacts>> domains() const;

    [[nodiscard]] std::vector<std::string> configured(std::string_view domain) const;

    [[nodiscard]] std::set<std::pair<std::string, std::string>> expected() const;

    [[nodiscard]] Json shown(
        const runtime::DomainStatus& domain, const std::vector<Standing>& standing
    ) const;

    /// kInvalidEvent when no domain, or not this one, has a channel for the type.
    [[nodiscard]] Status takes(const runtime::DomainPlan* only, const Event& event) const;

    log::Log& log_;
    event::EventLimits limits_;
    std::vector<std::unique_ptr<const runtime::DomainPlan>> plans_;
    std::map<std::string, std::set<const runtime::DomainPlan*>, std::less<>> domains_of_type_;
    mutable std::mutex expected_mutex_;
    std::set<std::pair<std::string, std::string>> expected_;  ///< (domain, subscription)
    WorstOf worst_of_{[](std::string_view, std::string_view) { return lag::Verdict::kStopped; }};
    OpenBreakers open_breakers_{[] { return std::vector<OpenBreaker>{}; }};
    StateCuts state_cuts_;
    Milliseconds state_patience_{0};
    AllStanding standing_{[] { return std::vector<Standing>{}; }};
    Counts counts_;
    runtime::Publisher publisher_;
    mutable runtime::AsideLedger aside_;
    CommandPlanner planner_;  ///< over log_ and aside_
    Commands commands_;       ///< over planner_
};

}  // namespace sluice::daemon
