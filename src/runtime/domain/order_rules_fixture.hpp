#pragma once

#include "runtime/domain/plan_fixture.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sluice::runtime::test {

/// One way of saying what an event depends on: the domain that says it, and what can happen in it.
struct OrderRule {
    const char* name;
    DomainPlan (*plan)();

    /// The nth event, from 1, of the subject in the order in which they happened.
    Event (*happened)(const std::string& subject, std::uint64_t n, std::mt19937_64& random);
};

/// "`type` after any of `wanted`", as a contract says it.
inline void add_rule(
    DomainPlan& plan, const char* type, const std::vector<std::string>& wanted, bool if_seen = false
) {
    NeedPlan need;
    need.types = wanted;
    need.wanted = wanted.front();
    need.if_seen = if_seen;
    for (const std::string& one : wanted) {
        need.marks.push_back(sequence::mark_of(one));
        plan.types[one].marks = {sequence::mark_of(one)};
    }
    plan.types[type].needs.push_back(std::move(need));
}

inline DomainPlan plan_without_rules() {
    DomainPlan plan = shop_plan();
    plan.types["c.done"].needs.clear();
    return plan;
}

inline Event unnumbered(const char* type, const std::string& subject, std::uint64_t n) {
    Event made = event(type, subject, "/legacy", 0);
    made.id = fmt::format("{}.{}", subject, n);
    made.data = fmt::format(R"({{"n":{},"parcel":"p{}"}})", n, n % 2);
    return made;
}

inline const char* any_type(std::mt19937_64& random) {
    constexpr std::array<const char*, 3> kTypes{"a.made", "b.sent", "c.done"};
    return kTypes.at(random() % kTypes.size());
}

inline Event any_unnumbered(const std::string& subject, std::uint64_t n, std::mt19937_64& random) {
    return unnumbered(any_type(random), subject, n);
}

inline const std::vector<OrderRule>& order_rules() {
    static const std::vector<OrderRule> kRules{
        {"sequence",
         plan_without_rules,
         [](const std::string& subject, std::uint64_t n, std::mt19937_64& random) {
             return event(any_type(random), subject, "/a", n);  // one source over three channels
         }},
        {"stamp",
         plan_without_rules,
         [](const std::string& subject, std::uint64_t n, std::mt19937_64& random) {
             const std::uint64_t own = (n + 1) / 2;  // /a and /b in turn
             if (n % 2 == 1) return event("a.made", subject, "/a", own);
             Event sent = event("b.sent", subject, "/b", own);
             sent.extensions["dependson"] = fmt::format("/a {}", 1 + random() % own);
             return sent;
         }},
        {"after",
         [] {
             DomainPlan plan = plan_without_rules();
             add_rule(plan, "b.sent", {"a.made"});
             add_rule(plan, "c.done", {"b.sent"});
             return plan;
         },
         any_unnumbered},
        {"after-any",
         [] {
             DomainPlan plan = plan_without_rules();
             add_rule(plan, "c.done", {"a.made", "b.sent"});
             return plan;
         },
         any_unnumbered},
        {"if-seen",
         [] {
             DomainPlan plan = plan_without_rules();
             add_rule(plan, "b.sent", {"a.made"});
             add_rule(plan, "c.done", {"b.sent"}, /*if_seen=*/true);
             return plan;
         },
         any_unnumbered},
        {"same", shop_plan, any_unnumbered},
        {"channel", plan_without_rules, any_unnumbered},
        {"all at once",
         shop_plan,
         [](const std::string& subject, std::uint64_t n, std::mt19937_64& random) {
             if (random() % 3 == 0) return unnumbered("c.done", subject, 100 + n);
             Event made = event(n % 4 == 0 ? "b.sent" : "a.made", subject, "/a", n);
             made.data = fmt::format(R"({{"parcel":"p{}"}})", random() % 2);
             if (n > 1) made.extensions["dependson"] = fmt::format("/a {}", 1 + random() % (n - 1));
             return made;
         }},
    };
    return kRules;
}

}  // namespace sluice::runtime::test
