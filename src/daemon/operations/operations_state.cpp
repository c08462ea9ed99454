#include "contract/nearest.hpp"
#include "daemon/operations/operations.hpp"
#include "event/text.hpp"
#include "runtime/states/logged_states.hpp"
#include "runtime/states/state_lookup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace sluice::daemon {

/// The domain that is meant; an empty name: the one that keeps states.
Result<const runtime::DomainPlan*> Operations::folded(std::string_view domain) const {
    std::vector<std::string_view> all;
    std::vector<const runtime::DomainPlan*> keeping;
    for (const auto& plan : plans_) {
        all.push_back(plan->name);
        if (plan->folded) keeping.push_back(plan.get());
    }
    const runtime::DomainPlan* const named = find(domain);
    if (named != nullptr && named->folded) return named;
    if (named != nullptr) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("domain {} keeps no states: its contract has no reducer", domain)};
    }
    if (!domain.empty()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "no domain {}{}; there are: {}",
                event::shown(domain),
                contract::did_you_mean(domain, all),
                fmt::join(all, ", ")
            )};
    }
    if (keeping.size() == 1) return keeping.front();
    if (keeping.empty()) {
        return Error{ErrorCode::kNotFound, "no domain keeps states: no contract has a reducer"};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} domains keep states: say which is meant", keeping.size())};
}

Result<StateReply> Operations::state(const StateQuery& query) const {
    const auto at = state::parse_at(query.at);
    if (!at) return at.error();
    const auto plan = folded(query.domain);
    if (!plan) return plan.error();
    const runtime::DomainPlan& domain = *plan.value();
    const auto answer = runtime::state_at(
        log_, {domain.name, domain.homes, query.subject}, at.value(), state_patience_
    );
    if (!answer) return answer.error();
    if (!answer->view) {
        switch (answer->why) {
            case runtime::NoState::kNone: return Error{ErrorCode::kNotFound, answer->text};
            case runtime::NoState::kBehind: return Error{ErrorCode::kUnavailable, answer->text};
            case runtime::NoState::kGone: return StateReply{{}, answer->text};
        }
    }
    const runtime::StateView& view = *answer->view;
    if (view.unknown) return Error{ErrorCode::kConflict, runtime::unknown_text(view)};
    auto cut = state_cuts_.cut(*domain.folded, query.projection, view.state);
    if (!cut) return cut.error();
    return StateReply{
        SubjectState{
            domain.name,
            view.position,
            view.time,
            view.missing,
            view.missing_last,
            std::move(cut).value()},
        {}};
}

}  // namespace sluice::daemon
