#include "contract/nearest.hpp"
#include "daemon/verbs/command_planner.hpp"
#include "dispatch/state_codec.hpp"
#include "event/text.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/record_codec.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/inspect/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

// What a request about a subscription is about.

namespace sluice::daemon {

namespace {

constexpr std::size_t kParkedPage = 1'000;

}  // namespace

Result<std::vector<Prepared>> CommandPlanner::plan_acts(
    const CommandRequest& request,
    const runtime::DomainFacts& facts,
    const runtime::DomainPlan& plan,
    Instant now
) const {
    if (const Status known = knows_subscription(request, facts); !known) return known.error();
    if (!request.cause.empty()) return plan_all_parked(request, facts, now);
    BacklogView view;
    if (!request.subject.empty()) {
        auto found = backlog_of(request, facts);
        if (!found) return found.error();
        view = std::move(found.value());
    }
    auto act = plan_act(request, view, plan);
    if (!act) return act.error();
    const PlannedAct& made = act.value();
    const auto prepared = [&](HomeId home) {
        return Prepared{
            home, request.subject, made.cause, made.about, made.since, made.behind, made.act};
    };
    if (!request.subject.empty()) return All{prepared(facts.home_of(request.subject))};
    All all;
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        all.push_back(prepared(home));
        all.back().about += fmt::format(" (home {})", home.value);
    }
    return all;
}

Result<std::vector<Prepared>> CommandPlanner::plan_all_parked(
    const CommandRequest& request, const runtime::DomainFacts& facts, Instant now
) const {
    if (request.cause != "parked" && request.cause != "hole") {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "`cause`: {} is none that redrive takes all of; it takes: parked, hole",
                event::shown(request.cause)
            )};
    }
    runtime::StuckFilter filter;
    filter.subscription = request.subscription;
    filter.cause = request.cause;
    filter.type = request.type;
    All all;
    std::optional<std::string> cursor;
    do {
        auto page = runtime::stuck(log_, {&facts, 1}, cursor, kParkedPage, filter, ledger_);
        if (!page) return page.error();
        for (runtime::Stuck& one : page.value().items) {
            if (!one.head) continue;
            const HomeId home = facts.home_of(one.subject);
            const Instant turn = turn_of(all.size(), request.rate, now);
            std::string about =
                fmt::format("goes again from position {}: {}", one.head->value, one.detail);
            all.push_back(
                {home,
                 std::move(one.subject),
                 std::move(one.cause),
                 std::move(about),
                 one.since,
                 one.behind,
                 dispatch::Act{dispatch::Redrive{*one.head, turn}}}
            );
            if (all.size() > kSubjectsMax) return too_many_subjects();
        }
        cursor = page.value().next;
    } while (cursor);
    return all;
}

/// Configured, or known from what it has handled.
Status CommandPlanner::knows_subscription(
    const CommandRequest& request, const runtime::DomainFacts& facts
) const {
    std::set<std::string> known;
    for (std::string& name : configured_(facts.name)) known.insert(std::move(name));
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        const runtime::ScanTable scan =
            runtime::tables_of(log_, runtime::runner_group(facts.name), home);
        Status listed =
            runtime::scan_prefix(scan, runtime::table::kProgress, "", [&](auto key, auto) {
                known.insert(runtime::subscription_of(key));
                return ok();
            });
        if (!listed) return listed;
    }
    if (known.contains(request.subscription)) return ok();
    const std::vector<std::string_view> names{known.begin(), known.end()};
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "no subscription {} in domain {}{}; there are: {}",
            event::shown(request.subscription),
            facts.name,
            contract::did_you_mean(request.subscription, names),
            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))
        )};
}

Result<BacklogView> CommandPlanner::backlog_of(
    const CommandRequest& request, const runtime::DomainFacts& facts
) const {
    using runtime::backlog_key;
    using runtime::line_key;
    BacklogView view;
    const HomeId home = facts.home_of(request.subject);
    const std::string group = runtime::runner_group(facts.name);
    const std::string& name = request.subscription;
    const auto stored = runtime::peek_one(
        log_, group, home, runtime::table::kLines, line_key(name, request.subject)
    );
    if (!stored) return stored.error();
    if (!stored.value()) return view;
    auto line = dispatch::decode_line(*stored.value());
    if (!line) return line.error();
    view.line = std::move(line.value());
    const std::string key = backlog_key(name, request.subject, view.line->head);
    const auto head = runtime::peek_one(log_, group, home, runtime::table::kBacklog, key);
    if (!head) return head.error();
    if (!head.value()) return view;
    auto record = runtime::decode_record(*head.value());
    if (!record) return record.error();
    view.head = std::move(record.value());
    return view;
}

}  // namespace sluice::daemon
