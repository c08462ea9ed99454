#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::event {

enum class JsonKind : std::uint8_t { kObject, kArray, kString, kNumber, kBool, kNull, kNone };

/// Walks over a JSON text (RFC 8259, strict) without building a tree, so that a value can be kept
/// as the very bytes that it was. After the first failure every method answers empty and
/// `failure()` says what was wrong and at which byte (counted from 0): check at the end.
/// Threads:  one.
/// Lifetime: the text outlives it and every view that it gave.
/// Limits:   `depth_max` arrays and objects within each other.
class JsonCursor {
public:
    JsonCursor(std::string_view text, std::size_t depth_max) : text_{text}, depth_max_{depth_max} {}

    /// What comes next, blanks skipped; kNone: no value begins here.
    [[nodiscard]] JsonKind peek();

    /// Enters an object or an array.
    void open(char bracket);

    /// Whether one more member or element comes; consumes the comma before it, or the closing
    /// bracket.
    [[nodiscard]] bool more(char closing);

    /// A member's name and its colon.
    [[nodiscard]] std::string name();

    [[nodiscard]] std::string string();

    /// Any value, checked, as its bytes without the blanks around it.
    [[nodiscard]] std::string_view raw();

    /// Nothing but blanks may be left.
    void end();

    void fail(std::string_view what);

    [[nodiscard]] bool ok() const { return !failure_.has_value(); }

    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

    [[nodiscard]] std::size_t position() const { return at_; }

private:
    [[nodiscard]] char ahead() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char wanted);
    void skip_blanks();
    void skip_string(std::string* decoded);
    void skip_escape(std::string* decoded);
    [[nodiscard]] std::uint32_t hex4();
    void skip_number();
    void skip_digits();
    void skip_word();
    [[nodiscard]] bool begin_value(std::string& owed);
    void next_member(const std::string& owed);
    [[nodiscard]] std::string found() const;

    std::string_view text_;
    std::size_t depth_max_;
    std::size_t at_{0};
    std::size_t depth_{0};
    bool fresh_{false};  ///< just behind an opening bracket
    std::optional<Error> failure_;
};

/// Whether the text is one JSON value.
[[nodiscard]] bool is_json(std::string_view text, std::size_t depth_max);

}  // namespace sluice::event
