#include "project/cesql_parser.hpp"

#include "event/text.hpp"
#include "project/cesql_functions.hpp"
#include "project/cesql_lexer.hpp"
#include "project/cesql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace sluice::project::cesql {

namespace {

struct Operator {
    std::string_view text;
    Op op;
};

/// Binary operators by how strongly they bind, the weakest first; those of a level from left to
/// right. AND does not bind stronger than OR.
constexpr std::array<std::array<Operator, 7>, 4> kLevels{{
    {{{"AND", Op::kAnd}, {"OR", Op::kOr}, {"XOR", Op::kXor}}},
    {{{"=", Op::kEqual},
      {"!=", Op::kNotEqual},
      {"<>", Op::kNotEqual},
      {">=", Op::kAtLeast},
      {"<=", Op::kAtMost},
      {">", Op::kMore},
      {"<", Op::kLess}}},
    {{{"+", Op::kAdd}, {"-", Op::kSubtract}}},
    {{{"*", Op::kMultiply}, {"/", Op::kDivide}, {"%", Op::kRemainder}}},
}};

constexpr std::array<std::string_view, 9> kKeywords{
    "AND", "OR", "XOR", "NOT", "LIKE", "EXISTS", "IN", "TRUE", "FALSE"};

std::string in_capitals(std::string_view word) {
    std::string out;
    append_upper(out, word);
    return out;
}

/// Recursive descent; the first thing that is wrong ends it.
class Parser {
public:
    explicit Parser(std::string_view text) : text_{text}, lexer_{text} { advance(); }

    Result<Node> parse_all() {
        Node root = binary(0);
        if (!failure_ && ahead_.kind != TokenKind::kEnd) fail("an operator or the end is due");
        if (failure_) return *failure_;
        return root;
    }

private:
    void advance() {
        ahead_ = lexer_.next();
        if (ahead_.kind == TokenKind::kBroken && !failure_) {
            failure_ = error_at(text_, ahead_.at, ahead_.value);
        }
    }

    void fail(std::string_view due) {
        if (failure_) return;
        const std::string found =
            ahead_.kind == TokenKind::kEnd ? "the end" : event::shown(ahead_.text);
        failure_ = error_at(text_, ahead_.at, fmt::format("{}, found {}", due, found));
    }

    void fail_at(std::size_t at, std::string_view what) {
        if (!failure_) failure_ = error_at(text_, at, what);
    }

    [[nodiscard]] bool is(std::string_view symbol_or_keyword) const {
        if (ahead_.kind == TokenKind::kSymbol) return ahead_.text == symbol_or_keyword;
        return ahead_.kind == TokenKind::kWord && in_capitals(ahead_.text) == symbol_or_keyword;
    }

    bool take(std::string_view symbol_or_keyword) {
        if (failure_ || !is(symbol_or_keyword)) return false;
        advance();
        return true;
    }

    void expect(std::string_view symbol) {
        if (!take(symbol)) fail(fmt::format("'{}' is due", symbol));
    }

    Node made(Op op, std::size_t at) {
        if (++nodes_ > kNodesMax) fail_at(at, fmt::format("more than {} parts", kNodesMax));
        Node node;
        node.op = op;
        node.at = at;
        return node;
    }

    Node joined(Op op, std::size_t at, Node left, Node right) {
        Node node = made(op, at);
        node.parts.push_back(std::move(left));
        node.parts.push_back(std::move(right));
        return node;
    }

    Node binary(std::size_t level) {
        if (level == kLevels.size()) return postfix();
        Node left = binary(level + 1);
        while (!failure_) {
            const auto found = std::find_if(
                kLevels[level].begin(),
                kLevels[level].end(),
                [&](const Operator& one) { return !one.text.empty() && is(one.text); }
            );
            if (found == kLevels[level].end()) break;
            const std::size_t at = ahead_.at;
            advance();
            Node right = binary(level + 1);
            left = joined(found->op, at, std::move(left), std::move(right));
        }
        return left;
    }

    /// `x [NOT] LIKE 'pattern'` and `x [NOT] IN (…)`.
    Node postfix() {
        Node left = unary();
        while (!failure_) {
            const std::size_t at = ahead_.at;
            const bool negated = is("NOT");
            if (negated) advance();
            if (take("LIKE")) {
                left = like(negated ? Op::kNotLike : Op::kLike, at, std::move(left));
            } else if (take("IN")) {
                left = in(negated ? Op::kNotIn : Op::kIn, at, std::move(left));
            } else {
                if (negated) fail("LIKE or IN is due");
                break;
            }
        }
        return left;
    }

    Node like(Op op, std::size_t at, Node left) {
        Node node = made(op, at);
        if (ahead_.kind != TokenKind::kString) fail("a pattern in quotes is due");
        node.name = ahead_.value;
        node.pattern = LikePattern{node.name};
        node.parts.push_back(std::move(left));
        advance();
        return node;
    }

    Node in(Op op, std::size_t at, Node left) {
        Node node = made(op, at);
        node.parts.push_back(std::move(left));
        expect("(");
        list_into(node.parts);
        return node;
    }

    void list_into(std::vector<Node>& parts) {
        do {
            if (failure_) return;
            parts.push_back(nested());
        } while (take(","));
        expect(")");
    }

    /// A whole expression within another: the only way to become deep, with `unary`.
    Node nested() {
        const Deeper deeper{*this};
        return failure_ ? Node{} : binary(0);
    }

    Node unary() {
        const Deeper deeper{*this};
        const std::size_t at = ahead_.at;
        if (failure_) return {};
        if (take("NOT")) {
            Node node = made(Op::kNot, at);
            node.parts.push_back(unary());
            return node;
        }
        if (take("-")) return negated(at);
        if (take("+")) {  // the sign of a literal, which stands right before it
            if (ahead_.kind != TokenKind::kInteger) fail("a number is due behind '+'");
            return integer(at, false);
        }
        return primary();
    }

    Node negated(std::size_t at) {
        if (ahead_.kind == TokenKind::kInteger) return integer(at, true);
        Node inner = unary();
        auto* literal = std::get_if<std::int32_t>(&inner.literal);
        const bool can_fold = inner.op == Op::kLiteral && literal != nullptr &&
                              *literal != std::numeric_limits<std::int32_t>::min();
        if (can_fold) {
            *literal = -*literal;
            return inner;
        }
        Node node = made(Op::kNegate, at);
        node.parts.push_back(std::move(inner));
        return node;
    }

    Node integer(std::size_t at, bool negative) {
        Node node = made(Op::kLiteral, at);
        std::int64_t number = 0;
        const char* end = ahead_.text.data() + ahead_.text.size();
        const auto [stop, failure] = std::from_chars(ahead_.text.data(), end, number);
        if (negative) number = -number;
        const bool fits = failure == std::errc{} && stop == end &&
                          number >= std::numeric_limits<std::int32_t>::min() &&
                          number <= std::numeric_limits<std::int32_t>::max();
        if (!fits) fail_at(at, "the number is not one of -2147483648 to 2147483647");
        node.literal = fits ? static_cast<std::int32_t>(number) : 0;
        advance();
        return node;
    }

    Node primary() {
        const std::size_t at = ahead_.at;
        if (ahead_.kind == TokenKind::kInteger) return integer(at, false);
        if (ahead_.kind == TokenKind::kString) {
            Node node = made(Op::kLiteral, at);
            node.literal = ahead_.value;
            advance();
            return node;
        }
        if (take("(")) {
            Node node = nested();
            expect(")");
            return node;
        }
        if (is("TRUE") || is("FALSE")) {
            Node node = made(Op::kLiteral, at);
            node.literal = is("TRUE");
            advance();
            return node;
        }
        if (take("EXISTS")) return attribute(Op::kExists, at);
        if (ahead_.kind != TokenKind::kWord) fail("a value is due");
        return named(at);
    }

    /// An attribute, or a function with its arguments.
    Node named(std::size_t at) {
        if (failure_) return {};
        Lexer beyond = lexer_;
        const Token next = beyond.next();
        if (next.kind != TokenKind::kSymbol || next.text != "(") {
            return attribute(Op::kAttribute, at);
        }
        Node node = made(Op::kCall, at);
        node.name = in_capitals(ahead_.text);
        const bool keyword =
            std::find(kKeywords.begin(), kKeywords.end(), node.name) != kKeywords.end();
        if (keyword) fail("a value is due");
        advance();
        expect("(");
        if (!take(")")) list_into(node.parts);
        node.function = find_function(node.name, node.parts.size());
        return node;
    }

    Node attribute(Op op, std::size_t at) {
        Node node = made(op, at);
        const std::string capitals = in_capitals(ahead_.text);
        const bool keyword =
            std::find(kKeywords.begin(), kKeywords.end(), capitals) != kKeywords.end();
        const bool word = ahead_.kind == TokenKind::kWord || ahead_.kind == TokenKind::kInteger;
        if (!word || keyword) {
            fail("the name of an attribute is due");
        } else if (ahead_.text.find('_') != std::string_view::npos) {
            fail("an attribute's name has letters and digits only");
        }
        append_lower(node.name, ahead_.text);
        advance();
        return node;
    }

    /// Counts what lies within what, for as long as it lives.
    class Deeper {
    public:
        explicit Deeper(Parser& parser) : parser_{parser} {
            if (++parser_.depth_ > 2 * kDepthMax) {  // each pair of parentheses is entered twice
                parser_.fail_at(
                    parser_.ahead_.at, fmt::format("more than {} within each other", kDepthMax)
                );
            }
        }

        ~Deeper() { --parser_.depth_; }

        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;

    private:
        Parser& parser_;
    };

    std::string_view text_;
    Lexer lexer_;
    Token ahead_;
    std::optional<Error> failure_;
    std::size_t nodes_{0};
    std::size_t depth_{0};
};

}  // namespace

Error error_at(std::string_view text, std::size_t byte, std::string_view what) {
    const std::size_t column = char_count(text.substr(0, byte)) + 1;
    return {ErrorCode::kInvalidArgument, fmt::format("column {}: {}", column, what)};
}

Result<Node> parse(std::string_view text) {
    if (text.size() > kTextBytesMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{} bytes; an expression has at most {}", text.size(), kTextBytesMax)};
    }
    return Parser{text}.parse_all();
}

}  // namespace sluice::project::cesql
