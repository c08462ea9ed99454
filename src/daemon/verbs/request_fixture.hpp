#pragma once

#include "contract/load.hpp"
#include "daemon/operations/daemon_fixture.hpp"
#include "daemon/verbs/choices.hpp"
#include "daemon/verbs/command_request.hpp"
#include "runtime/domain/plan_of.hpp"
#include "sequence/test_support.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon::test {

inline runtime::DomainPlan shop() {
    return runtime::plan_of(std::make_shared<const contract::Contract>(
        contract::load_contract_text("shop.yaml", kShopContract).value()
    ));
}

/// What alice asks about a subject, with her reason.
inline CommandRequest request_about(const std::string& subject, const std::string& verb) {
    CommandRequest request;
    request.verb = verb;
    request.subject = subject;
    request.reason = "because";
    request.by = "alice";
    return request;
}

/// The same of what the subscription "sales" does with subject a.
inline CommandRequest ask_act(const std::string& verb) {
    CommandRequest request = request_about("a", verb);
    request.subscription = "sales";
    return request;
}

/// About subject s as it stands before the ordered topic, or one event of it.
inline CommandRequest ask_choice(const std::string& verb, const std::string& event = {}) {
    CommandRequest request = request_about("s", verb);
    request.event = event;
    return request;
}

inline Result<std::vector<PlannedChoice>> choices_for(
    const CommandRequest& request, const sequence::test::World& world
) {
    return plan_choices(request, world.subject, shop());
}

}  // namespace sluice::daemon::test
