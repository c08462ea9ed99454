#pragma once

#include "project/cesql_like.hpp"
#include "project/cesql_value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sluice::project::cesql {

struct Function;

enum class Op : std::uint8_t {
    kLiteral,
    kAttribute,
    kExists,
    kCall,
    kNot,
    kNegate,
    kLike,
    kNotLike,
    kIn,
    kNotIn,
    kMultiply,
    kDivide,
    kRemainder,
    kAdd,
    kSubtract,
    kEqual,
    kNotEqual,
    kLess,
    kAtMost,
    kMore,
    kAtLeast,
    kAnd,
    kOr,
    kXor,
};

/// A part of an expression, with the parts it works on.
struct Node {
    Op op{Op::kLiteral};
    std::size_t at{0};  ///< byte of the text where it begins; its operator, where it has one
    std::variant<std::string, std::int32_t, bool> literal;
    std::string name;                   ///< of the attribute or function; the pattern of LIKE
    LikePattern pattern;                ///< of LIKE
    const Function* function{nullptr};  ///< of a call; null: there is none such
    std::vector<Node> parts;

    /// The same expression, wherever it stands.
    bool operator==(const Node& other) const;
};

/// What the node gives, whatever the event: attributes are String. (A call of a function that there
/// is not gives a Boolean.)
[[nodiscard]] Type type_of(const Node& node);

/// As a text that is read as the same expression, all in parentheses.
[[nodiscard]] std::string to_string(const Node& node);

}  // namespace sluice::project::cesql
