#include "project/cesql_node.hpp"

#include "base/assert.hpp"
#include "base/match.hpp"
#include "project/cesql_functions.hpp"

#include <fmt/format.h>

#include <string_view>

namespace sluice::project::cesql {

namespace {

std::string_view symbol_of(Op op) {
    switch (op) {
        case Op::kMultiply: return "*";
        case Op::kDivide: return "/";
        case Op::kRemainder: return "%";
        case Op::kAdd: return "+";
        case Op::kSubtract: return "-";
        case Op::kEqual: return "=";
        case Op::kNotEqual: return "!=";
        case Op::kLess: return "<";
        case Op::kAtMost: return "<=";
        case Op::kMore: return ">";
        case Op::kAtLeast: return ">=";
        case Op::kAnd: return "AND";
        case Op::kOr: return "OR";
        case Op::kXor: return "XOR";
        case Op::kLike: return "LIKE";
        case Op::kNotLike: return "NOT LIKE";
        case Op::kIn: return "IN";
        case Op::kNotIn: return "NOT IN";
        case Op::kNot: return "NOT";
        case Op::kNegate: return "-";
        case Op::kExists: return "EXISTS";
        case Op::kLiteral:
        case Op::kAttribute:
        case Op::kCall: break;
    }
    SLUICE_UNREACHABLE();
}

/// In a literal a backslash takes the character behind it along, unless that is the quote; so texts
/// with \' are the ones that stood in double quotes.
bool has_escaped_apostrophe(std::string_view text) {
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        if (text[at] != '\\') continue;
        if (text[++at] == '\'') return true;
    }
    return false;
}

std::string in_quotes(std::string_view text) {
    const char quote = has_escaped_apostrophe(text) ? '"' : '\'';
    std::string out{quote};
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == quote) out.push_back('\\');
        out.push_back(text[at]);
        if (text[at] == '\\' && at + 1 < text.size()) out.push_back(text[++at]);
    }
    return out + quote;
}

std::string list(const std::vector<Node>& parts, std::size_t from) {
    std::string out{"("};
    for (std::size_t i = from; i < parts.size(); ++i) {
        out += (i == from ? "" : ", ") + to_string(parts[i]);
    }
    return out + ")";
}

}  // namespace

bool Node::operator==(const Node& other) const {
    return op == other.op && literal == other.literal && name == other.name && parts == other.parts;
}

Type type_of(const Node& node) {
    switch (node.op) {
        case Op::kLiteral: return static_cast<Type>(node.literal.index());
        case Op::kAttribute: return Type::kString;
        case Op::kCall: return node.function == nullptr ? Type::kBoolean : node.function->gives;
        case Op::kNegate:
        case Op::kMultiply:
        case Op::kDivide:
        case Op::kRemainder:
        case Op::kAdd:
        case Op::kSubtract: return Type::kInteger;
        case Op::kExists:
        case Op::kNot:
        case Op::kLike:
        case Op::kNotLike:
        case Op::kIn:
        case Op::kNotIn:
        case Op::kEqual:
        case Op::kNotEqual:
        case Op::kLess:
        case Op::kAtMost:
        case Op::kMore:
        case Op::kAtLeast:
        case Op::kAnd:
        case Op::kOr:
        case Op::kXor: return Type::kBoolean;
    }
    SLUICE_UNREACHABLE();
}

std::string to_string(const Node& node) {
    switch (node.op) {
        case Op::kLiteral:
            return std::visit(
                Match{
                    [](const std::string& text) { return in_quotes(text); },
                    [](std::int32_t number) { return fmt::to_string(number); },
                    [](bool truth) { return std::string{truth ? "TRUE" : "FALSE"}; }},
                node.literal
            );
        case Op::kAttribute: return node.name;
        case Op::kExists: return fmt::format("(EXISTS {})", node.name);
        case Op::kCall: return node.name + list(node.parts, 0);
        case Op::kNot:
        case Op::kNegate:
            return fmt::format("({} ({}))", symbol_of(node.op), to_string(node.parts[0]));
        case Op::kLike:
        case Op::kNotLike:
            return fmt::format(
                "({} {} {})", to_string(node.parts[0]), symbol_of(node.op), in_quotes(node.name)
            );
        case Op::kIn:
        case Op::kNotIn:
            return fmt::format(
                "({} {} {})", to_string(node.parts[0]), symbol_of(node.op), list(node.parts, 1)
            );
        case Op::kMultiply:
        case Op::kDivide:
        case Op::kRemainder:
        case Op::kAdd:
        case Op::kSubtract:
        case Op::kEqual:
        case Op::kNotEqual:
        case Op::kLess:
        case Op::kAtMost:
        case Op::kMore:
        case Op::kAtLeast:
        case Op::kAnd:
        case Op::kOr:
        case Op::kXor:
            return fmt::format(
                "({} {} {})", to_string(node.parts[0]), symbol_of(node.op), to_string(node.parts[1])
            );
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::project::cesql
