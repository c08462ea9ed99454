#include "project/cesql_evaluate.hpp"

#include "base/assert.hpp"
#include "base/match.hpp"
#include "project/cesql_functions.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace sluice::project::cesql {

namespace {

Fault first_of(Fault one, Fault other) {
    return one == Fault::kNone ? other : one;
}

Value value_of(const Node& literal) {
    return std::visit(
        Match{
            [](const std::string& text) { return Value{std::string_view{text}}; },
            [](std::int32_t number) { return Value{number}; },
            [](bool truth) { return Value{truth}; }},
        literal.literal
    );
}

Outcome within_32_bits(std::int64_t number) {
    using Limits = std::numeric_limits<std::int32_t>;
    if (number < Limits::min() || number > Limits::max()) return {std::int32_t{0}, Fault::kMath};
    return {static_cast<std::int32_t>(number), Fault::kNone};
}

/// The remainder has the sign of the dividend; quotients are cut towards zero.
Outcome calculated(Op op, std::int64_t left, std::int64_t right) {
    if (op == Op::kAdd) return within_32_bits(left + right);
    if (op == Op::kSubtract) return within_32_bits(left - right);
    if (op == Op::kMultiply) return within_32_bits(left * right);
    if (right == 0) return {std::int32_t{0}, Fault::kMath};
    return within_32_bits(op == Op::kDivide ? left / right : left % right);
}

bool compared(Op op, std::int32_t left, std::int32_t right) {
    if (op == Op::kLess) return left < right;
    if (op == Op::kAtMost) return left <= right;
    return op == Op::kMore ? left > right : left >= right;
}

class Evaluation {
public:
    Evaluation(const Attributes& event, Scratch& scratch) : event_{event}, scratch_{scratch} {}

    Outcome of(const Node& node) {
        switch (node.op) {
            case Op::kLiteral: return {value_of(node), Fault::kNone};
            case Op::kAttribute: return attribute(node);
            case Op::kExists: return {event_.find(node.name).has_value(), Fault::kNone};
            case Op::kCall: return call(node);
            case Op::kNot: return negated(node);
            case Op::kNegate: return minus(node);
            case Op::kLike:
            case Op::kNotLike: return like(node);
            case Op::kIn:
            case Op::kNotIn: return in(node);
            case Op::kAnd: return short_circuit(node, false);
            case Op::kOr: return short_circuit(node, true);
            case Op::kXor: return exclusive_or(node);
            case Op::kEqual:
            case Op::kNotEqual: return equal(node);
            case Op::kLess:
            case Op::kAtMost:
            case Op::kMore:
            case Op::kAtLeast: return order(node);
            case Op::kMultiply:
            case Op::kDivide:
            case Op::kRemainder:
            case Op::kAdd:
            case Op::kSubtract: return arithmetic(node);
        }
        SLUICE_UNREACHABLE();
    }

private:
    static Outcome failed(const Node& node, Fault fault) {
        return {zero_of(cesql::type_of(node)), fault};
    }

    /// The operand, cast. When it has itself failed, `broken` says so.
    Outcome operand(const Node& node, Type type, bool& broken) {
        const Outcome given = of(node);
        broken = given.fault != Fault::kNone;
        return broken ? given : cast(given.value, type, scratch_);
    }

    Outcome attribute(const Node& node) {
        const auto found = event_.find(node.name);
        if (!found) return {false, Fault::kMissingAttribute};
        return {*found, Fault::kNone};
    }

    /// The conformance suite demands that NOT takes no Integer, though integers can be cast.
    Outcome negated(const Node& node) {
        const Outcome given = of(node.parts[0]);
        if (given.fault != Fault::kNone) return failed(node, given.fault);
        if (cesql::type_of(given.value) == Type::kInteger) return {true, Fault::kCast};
        const Outcome truth = cast(given.value, Type::kBoolean, scratch_);
        return {!std::get<bool>(truth.value), truth.fault};
    }

    Outcome minus(const Node& node) {
        bool broken = false;
        const Outcome given = operand(node.parts[0], Type::kInteger, broken);
        if (broken) return failed(node, given.fault);
        const Outcome number = within_32_bits(-std::int64_t{std::get<std::int32_t>(given.value)});
        return {number.value, first_of(given.fault, number.fault)};
    }

    Outcome like(const Node& node) {
        bool broken = false;
        const Outcome text = operand(node.parts[0], Type::kString, broken);
        if (broken) return failed(node, text.fault);
        const bool matches = node.pattern.matches(std::get<std::string_view>(text.value));
        return {matches == (node.op == Op::kLike), text.fault};
    }

    /// Elements are cast to the type of the left; what stands behind the one that is equal is not
    /// looked at.
    Outcome in(const Node& node) {
        const Outcome left = of(node.parts[0]);
        if (left.fault != Fault::kNone) return failed(node, left.fault);
        bool found = false;
        for (std::size_t i = 1; i < node.parts.size() && !found; ++i) {
            bool broken = false;
            const Outcome one = operand(node.parts[i], cesql::type_of(left.value), broken);
            if (one.fault != Fault::kNone) return failed(node, one.fault);
            found = one.value == left.value;
        }
        return {found == (node.op == Op::kIn), Fault::kNone};
    }

    /// AND is decided by a false on its left, OR by a true.
    Outcome short_circuit(const Node& node, bool decides) {
        bool broken = false;
        const Outcome left = operand(node.parts[0], Type::kBoolean, broken);
        if (broken) return failed(node, left.fault);
        if (std::get<bool>(left.value) == decides) return left;
        const Outcome right = operand(node.parts[1], Type::kBoolean, broken);
        if (broken) return failed(node, right.fault);
        return {right.value, first_of(left.fault, right.fault)};
    }

    Outcome exclusive_or(const Node& node) {
        bool broken = false;
        const Outcome left = operand(node.parts[0], Type::kBoolean, broken);
        if (broken) return failed(node, left.fault);
        const Outcome right = operand(node.parts[1], Type::kBoolean, broken);
        if (broken) return failed(node, right.fault);
        return {left.value != right.value, first_of(left.fault, right.fault)};
    }

    /// The left is cast to the type of the right.
    Outcome equal(const Node& node) {
        const Outcome left = of(node.parts[0]);
        if (left.fault != Fault::kNone) return failed(node, left.fault);
        const Outcome right = of(node.parts[1]);
        if (right.fault != Fault::kNone) return failed(node, right.fault);
        const Outcome same = cast(left.value, cesql::type_of(right.value), scratch_);
        if (same.fault != Fault::kNone) return failed(node, same.fault);
        return {(same.value == right.value) == (node.op == Op::kEqual), Fault::kNone};
    }

    Outcome order(const Node& node) {
        bool broken = false;
        const Outcome left = operand(node.parts[0], Type::kInteger, broken);
        if (left.fault != Fault::kNone) return failed(node, left.fault);
        const Outcome right = operand(node.parts[1], Type::kInteger, broken);
        if (right.fault != Fault::kNone) return failed(node, right.fault);
        const auto number = [](const Outcome& one) { return std::get<std::int32_t>(one.value); };
        return {compared(node.op, number(left), number(right)), Fault::kNone};
    }

    Outcome arithmetic(const Node& node) {
        bool broken = false;
        const Outcome left = operand(node.parts[0], Type::kInteger, broken);
        if (broken) return failed(node, left.fault);
        const Outcome right = operand(node.parts[1], Type::kInteger, broken);
        if (broken) return failed(node, right.fault);
        const auto number = [](const Outcome& one) { return std::get<std::int32_t>(one.value); };
        const Outcome result = calculated(node.op, number(left), number(right));
        return {result.value, first_of(first_of(left.fault, right.fault), result.fault)};
    }

    Outcome call(const Node& node) {
        if (node.function == nullptr) return {false, Fault::kMissingFunction};
        constexpr std::size_t few = 4;  // more arguments take memory
        std::array<Value, few> near;
        std::vector<Value> far;
        if (node.parts.size() > few) far.resize(node.parts.size());
        const std::span<Value> arguments =
            far.empty() ? std::span{near}.first(node.parts.size()) : std::span{far};
        Fault fault = Fault::kNone;
        for (std::size_t i = 0; i < node.parts.size(); ++i) {
            Outcome given = of(node.parts[i]);
            if (given.fault != Fault::kNone) return failed(node, given.fault);
            if (!node.function->takes_any) {
                given = cast(given.value, node.function->type_of_argument(i), scratch_);
                fault = first_of(fault, given.fault);
            }
            arguments[i] = given.value;
        }
        const Outcome result = node.function->call(arguments, scratch_);
        return {result.value, first_of(fault, result.fault)};
    }

    const Attributes& event_;
    Scratch& scratch_;
};

}  // namespace

Outcome evaluate(const Node& node, const Attributes& event, Scratch& scratch) {
    return Evaluation{event, scratch}.of(node);
}

}  // namespace sluice::project::cesql
