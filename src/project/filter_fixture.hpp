#pragma once

#include "contract/document.hpp"
#include "event/kafka.hpp"
#include "project/filter.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

/// Filters from YAML, and records for them. Only tests include this.
namespace sluice::project::test {

struct Loaded {
    std::optional<Filter> filter;
    std::string problems;  ///< without the file's name
};

inline Loaded load_filters(std::string_view yaml) {
    const auto document = contract::Document::parse("f", yaml);
    if (!document) return {std::nullopt, document.error().message};
    contract::Problems problems;
    auto filter = Filter::load(contract::Node::root_of(document.value(), problems));
    if (!problems.empty()) return {std::nullopt, problems.error().message};
    return {std::move(filter), ""};
}

inline Event order_event() {
    Event event;
    event.id = "1";
    event.source = "/orders/kr";
    event.type = "order.placed";
    event.subject = "A-1";
    event.datacontenttype = "application/json";
    event.extensions = {{"region", "kr"}, {"sequence", "5"}};
    event.data = R"({"total":110.52,"status":"PAID","coupon":null,"paid":true,)"
                 R"("customer":{"tier":"gold"},"lines":[{"sku":"A"},{"sku":"KR-\u0031"}]})";
    return event;
}

inline Verdict judged(const Filter& filter, const Event& event) {
    cesql::Scratch scratch;
    return filter.judge(event::to_record(event, event.subject), scratch);
}

/// "passes", "filtered", "unjudged", or what is wrong with the filter.
inline std::string verdict(std::string_view yaml, const Event& event = order_event()) {
    const Loaded loaded = load_filters(yaml);
    if (!loaded.filter) return loaded.problems;
    switch (judged(*loaded.filter, event)) {
        case Verdict::kPasses: return "passes";
        case Verdict::kFiltered: return "filtered";
        case Verdict::kUnjudged: return "unjudged";
    }
    return "?";
}

}  // namespace sluice::project::test
