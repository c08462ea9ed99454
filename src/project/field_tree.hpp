#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::project {

/// A place within JSON data: a JSON pointer (RFC 6901) in which the token `*` stands for every
/// element of an array and every member of an object: "/lines/*/sku".
class FieldPath {
public:
    static constexpr std::size_t kTokensMax = 32;

    /// kInvalidArgument when it does not begin with "/", escapes wrongly, or is too deep.
    [[nodiscard]] static Result<FieldPath> parse(std::string_view text);

    [[nodiscard]] const std::vector<std::string>& tokens() const { return tokens_; }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    FieldPath(std::string text, std::vector<std::string> tokens)
        : text_{std::move(text)},
          tokens_{std::move(tokens)} {}

    std::string text_;
    std::vector<std::string> tokens_;
};

/// Many paths as one tree, so that data is read once for all of them.
/// Threads: const once it is made.
struct FieldNode {
    std::string token;                ///< of the member or element
    std::vector<std::size_t> paths;   ///< that end here, by their place in the list
    std::vector<FieldNode> children;  ///< by token, each once
    std::vector<FieldNode> any;       ///< for all others: one at most

    /// What is asked for below this member or element; null: nothing.
    [[nodiscard]] const FieldNode* child(std::string_view name) const;

    /// The value itself, whole.
    [[nodiscard]] bool is_end() const { return !paths.empty(); }
};

[[nodiscard]] FieldNode field_tree(std::span<const FieldPath> paths);

}  // namespace sluice::project
