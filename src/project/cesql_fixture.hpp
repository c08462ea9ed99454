#pragma once

#include "project/cesql.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Events of a few attributes, and what expressions give for them. Only tests include this.
namespace sluice::project::test {

using Attribute = std::variant<std::string, std::int32_t, bool>;

class TestEvent final : public Attributes {
public:
    using Map = std::map<std::string, Attribute, std::less<>>;

    explicit TestEvent(Map attributes = {}) : attributes_{std::move(attributes)} {}

    void set(const std::string& name, Attribute value) {
        attributes_.insert_or_assign(name, std::move(value));
    }

    [[nodiscard]] std::optional<cesql::Value> find(std::string_view name) const override {
        const auto found = attributes_.find(name);
        if (found == attributes_.end()) return std::nullopt;
        return std::visit([](const auto& value) { return cesql::Value{value}; }, found->second);
    }

private:
    Map attributes_;
};

/// "'abc'", "5", "true"; behind a blank the error, if there is one: "0 math".
inline std::string shown(const cesql::Outcome& outcome) {
    using cesql::Fault;
    static const std::map<Fault, std::string> names{
        {Fault::kNone, ""},
        {Fault::kMath, " math"},
        {Fault::kCast, " cast"},
        {Fault::kMissingAttribute, " missingAttribute"},
        {Fault::kMissingFunction, " missingFunction"},
        {Fault::kFunctionEvaluation, " functionEvaluation"},
        {Fault::kGeneric, " generic"}};
    const std::string& fault = names.at(outcome.fault);
    if (const auto* text = std::get_if<std::string_view>(&outcome.value)) {
        return fmt::format("'{}'{}", *text, fault);
    }
    if (const auto* number = std::get_if<std::int32_t>(&outcome.value)) {
        return fmt::format("{}{}", *number, fault);
    }
    return fmt::format("{}{}", std::get<bool>(outcome.value), fault);
}

inline std::string given(std::string_view expression, const TestEvent& event = TestEvent{}) {
    const auto parsed = Cesql::parse(expression);
    if (!parsed) return parsed.error().message;
    cesql::Scratch scratch;
    return shown(parsed.value().evaluate(event, scratch));
}

}  // namespace sluice::project::test
