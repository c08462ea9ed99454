#include "daemon/verbs/command_planner.hpp"

#include "base/match.hpp"
#include "contract/nearest.hpp"
#include "event/text.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/inspect/inspect_subject.hpp"
#include "sequence/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::size_t kStuckPage = 500;  // each with all that waits

/// Of which a verb may take all that stand for it.
std::vector<std::string_view> causes_of(std::string_view verb) {
    if (verb == "skip" || verb == "adopt") return {"gap", "parked-gap"};
    if (verb == "settle") return {"conflict"};
    if (verb == "unflood") return {"flooded"};
    if (verb == "take-back") return {"late-number", "late-closed", "flooded", "flooded-source"};
    return {};
}

Prepared prepared(HomeId home, PlannedChoice choice) {
    return {
        home,
        std::move(choice.subject),
        std::move(choice.cause),
        std::move(choice.about),
        choice.since,
        choice.behind,
        std::move(choice.choice)};
}

/// kInvalidArgument: the verb does not take all that stand for it.
Status takes_cause(const CommandRequest& request) {
    const auto causes = causes_of(request.verb);
    if (std::find(causes.begin(), causes.end(), request.cause) != causes.end()) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "`cause`: {} is none that {} takes all of; it takes: {}",
            event::shown(request.cause),
            request.verb,
            causes.empty() ? "one subject at a time" : fmt::format("{}", fmt::join(causes, ", "))
        )};
}

}  // namespace

Record record_of(const CommandRequest& request, const Prepared& command, Instant at) {
    return std::visit(
        Match{
            [&](const sequence::Choice& choice) {
                return sequence::to_record(sequence::Command{
                    command.subject, request.id, request.by, request.reason, at, choice});
            },
            [&](const dispatch::Act& act) {
                return dispatch::to_record(dispatch::Command{
                    request.subscription,
                    command.subject,
                    request.id,
                    request.by,
                    request.reason,
                    at,
                    act});
            },
        },
        command.what
    );
}

Error too_many_subjects() {
    return Error{
        ErrorCode::kTooLarge,
        fmt::format("more than {} subjects: choose fewer at a time", CommandPlanner::kSubjectsMax)};
}

Result<runtime::DomainFacts> CommandPlanner::domain_of(const CommandRequest& request) const {
    auto domains = runtime::domains_of(log_, plans_());
    if (!domains) return domains.error();
    std::vector<std::string_view> names;
    for (const runtime::DomainFacts& one : domains.value()) names.push_back(one.name);
    for (runtime::DomainFacts& one : domains.value()) {
        if (one.name == request.domain || (request.domain.empty() && names.size() == 1)) {
            return std::move(one);
        }
    }
    if (request.domain.empty() && !names.empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("`domain`: say which; there are: {}", fmt::join(names, ", "))};
    }
    if (names.empty()) {
        return Error{
            ErrorCode::kNotFound,
            "no domain has been sequenced here yet: start the daemon, and try again in a moment"};
    }
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "no domain {} has been sequenced here{}; there are: {}",
            event::shown(request.domain),
            contract::did_you_mean(request.domain, names),
            fmt::join(names, ", ")
        )};
}

Result<std::vector<Prepared>> CommandPlanner::plan(
    const CommandRequest& request, const runtime::DomainFacts& facts, Instant now
) const {
    const auto plans = plans_();
    const auto found = std::find_if(plans.begin(), plans.end(), [&](const auto* one) {
        return one->name == facts.name;
    });
    if (found == plans.end()) {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("no contract of domain {}: name a configuration with -c", facts.name)};
    }
    const runtime::DomainPlan* plan = *found;
    if (!request.subscription.empty()) return plan_acts(request, facts, *plan, now);
    if (facts.given) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "domain {} has no sequencer, since {} is in order already: nothing waits there for "
                "a choice. What stands in a subscription is chosen with its name (-S)",
                facts.name,
                facts.ordered_topic()
            )};
    }
    if (!request.cause.empty()) {
        if (const Status takes = takes_cause(request); !takes) return takes.error();
        return request.verb == "take-back" ? plan_all_aside(request, facts, *plan)
                                           : plan_all_waiting(request, facts, *plan);
    }
    if (request.verb == "take-back" || request.offset) return plan_aside(request, facts, *plan);
    const auto subject = runtime::peek_subject(log_, facts, request.subject);
    if (!subject) return subject.error();
    if (!subject.value() || subject.value()->settled()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("{}: nothing waits in domain {} (any more)", request.subject, facts.name)};
    }
    auto choices = plan_choices(request, *subject.value(), *plan);
    if (!choices) return choices.error();
    All all;
    for (PlannedChoice& one : choices.value()) {
        const HomeId home = facts.home_of(one.subject);
        all.push_back(prepared(home, std::move(one)));
    }
    return all;
}

/// What lies aside of a subject, in its home; or, to be repaired, the record at an offset that is
/// of this subject, or else of none, in whichever home it was read.
Result<std::vector<Prepared>> CommandPlanner::plan_aside(
    const CommandRequest& request,
    const runtime::DomainFacts& facts,
    const runtime::DomainPlan& plan
) const {
    struct Found {
        All all;
        Status planned = ok();
    };

    Found of_it;
    Found of_none;
    const bool repairs = request.verb == "repair";
    const HomeId its_home = facts.home_of(request.subject);
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        if (home != its_home && !repairs) continue;
        const auto visit = [&](const runtime::AsideEvent& event) {
            if (request.offset && event.offset != *request.offset) {
                return event.offset < *request.offset;
            }
            const Record& record = event.record;
            const std::string_view subject =
                record.header("ce_subject").value_or(record.key.value_or(""));
            if (subject != request.subject && !(repairs && subject.empty())) return true;
            Found& found = subject.empty() ? of_none : of_it;
            auto choice = plan_take_back(request, event, plan);
            if (choice && choice.value().subject != request.subject) {
                choice = Error{
                    ErrorCode::kInvalidEvent,
                    fmt::format(
                        "copy: is of subject {}, not {}", choice.value().subject, request.subject
                    )};
            }
            if (!choice) found.planned = choice.error();
            if (choice) found.all.push_back(prepared(its_home, std::move(choice.value())));
            return found.planned.has_value();
        };
        const Offset from = request.offset.value_or(Offset{0});
        const auto end = ledger_.visit(log_, facts, home, from, visit);
        if (!end) return end.error();
    }
    Found& found = of_it.all.empty() && of_it.planned ? of_none : of_it;
    if (!found.planned) return found.planned.error();
    All& all = found.all;
    if (all.size() == 1 || (!all.empty() && !repairs)) {
        return takes_now(std::move(all), request.subject, facts, plan);
    }
    const std::string at =
        request.offset ? fmt::format(" at {}", request.offset->value) : std::string{};
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "{}: {} aside{} in domain {}{}",
            request.subject,
            all.empty() ? "nothing lies" : "more than one such record lies",
            at,
            facts.name,
            all.empty() ? " (any more)" : "; give the record a subject at its producer"
        )};
}

/// Those that the subject takes as it stands, one after the other: what was published again is
/// there, and for some there may be no room. Why not, when it takes none.
Result<std::vector<Prepared>> CommandPlanner::takes_now(
    All all,
    const std::string& subject,
    const runtime::DomainFacts& facts,
    const runtime::DomainPlan& plan
) const {
    auto known = runtime::peek_subject(log_, facts, subject);
    if (!known) return known.error();
    sequence::Subject stands = std::move(known.value()).value_or(sequence::Subject{});
    std::string why;
    std::erase_if(all, [&](const Prepared& one) {
        const auto refused = try_choice(std::get<sequence::Choice>(one.what), stands, plan);
        if (why.empty()) why = refused;
        return !refused.empty();
    });
    if (!all.empty()) return all;
    return Error{ErrorCode::kConflict, fmt::format("{}: {}", subject, why)};
}

Result<std::vector<Prepared>> CommandPlanner::plan_all_aside(
    const CommandRequest& request,
    const runtime::DomainFacts& facts,
    const runtime::DomainPlan& plan
) const {
    All all;
    for (HomeId home{0}; home.value < facts.homes; home = home.next()) {
        const auto visit = [&](const runtime::AsideEvent& event) {
            if (event.cause != request.cause) return true;
            auto choice = plan_take_back(request, event, plan);
            if (choice) all.push_back(prepared(home, std::move(choice.value())));
            return all.size() <= kSubjectsMax;
        };
        const auto end = ledger_.visit(log_, facts, home, Offset{0}, visit);
        if (!end) return end.error();
        if (all.size() > kSubjectsMax) return too_many_subjects();
    }
    return all;
}

Result<std::vector<Prepared>> CommandPlanner::plan_all_waiting(
    const CommandRequest& request,
    const runtime::DomainFacts& facts,
    const runtime::DomainPlan& plan
) const {
    All all;
    runtime::StuckFilter filter;
    filter.cause = request.cause;
    filter.whole = true;
    std::optional<std::string> cursor;
    do {
        const auto page = runtime::stuck(log_, {&facts, 1}, cursor, kStuckPage, filter, ledger_);
        if (!page) return page.error();
        for (const runtime::Stuck& one : page.value().items) {
            if (!one.whole || one.whole->settled()) continue;
            CommandRequest of_one = request;
            of_one.subject = one.subject;
            auto planned = plan_choices(of_one, *one.whole, plan);
            if (!planned) continue;  // more than one thing is missing: one by one
            const HomeId home = facts.home_of(one.subject);
            for (PlannedChoice& choice : planned.value()) {
                all.push_back(prepared(home, std::move(choice)));
            }
            if (all.size() > kSubjectsMax) return too_many_subjects();
        }
        cursor = page.value().next;
    } while (cursor);
    return all;
}

}  // namespace sluice::daemon
