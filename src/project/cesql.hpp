#pragma once

#include <sluice/result.hpp>

#include "project/cesql_node.hpp"
#include "project/cesql_value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sluice::project {

/// The attributes of an event, as an expression asks for them.
class Attributes {
public:
    virtual ~Attributes() = default;

    /// By its name, in lower case; nothing when it is absent.
    /// Lifetime: a text stays until the evaluation has ended.
    [[nodiscard]] virtual std::optional<cesql::Value> find(std::string_view name) const = 0;
};

/// An expression of the CloudEvents SQL Expression Language 1.0: a total language without loops,
/// definitions and side effects, which sees attributes and never the data.
/// Where the specification leaves something open, docs/reference/filters.md says what holds here.
/// Threads:  const; share it. Each evaluation has a Scratch of its own.
/// Failure:  texts that are none are refused when it is made; evaluating always gives a value.
/// Limits:   4,096 bytes, 1,000 parts, 100 within each other; time is linear in the size of the
///           event for each part, for LIKE times the length of its pattern.
class Cesql {
public:
    /// kInvalidArgument: "column 8: a value is due, found ')'".
    [[nodiscard]] static Result<Cesql> parse(std::string_view text);

    /// As `parse`, and refuses what could never pass an event: what is no Boolean, functions that
    /// there are not, and parts that fail whatever the event is, such as `1/0`.
    [[nodiscard]] static Result<Cesql> parse_filter(std::string_view text);

    /// The value, and the first error on the way to it: what an operator works on has failed, so it
    /// gives the zero of its type.
    [[nodiscard]] cesql::Outcome evaluate(const Attributes& event, cesql::Scratch& scratch) const;

    /// A text that is read as the same expression. It has parentheses around every part, so of one
    /// that is nested deeply it may be beyond the limits.
    [[nodiscard]] std::string text() const { return to_string(root_); }

    bool operator==(const Cesql&) const = default;

private:
    explicit Cesql(cesql::Node root) : root_{std::move(root)} {}

    cesql::Node root_;
};

}  // namespace sluice::project
