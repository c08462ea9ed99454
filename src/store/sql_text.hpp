#pragma once

#include <sluice/sql.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::store {

inline constexpr std::string_view kOneAtATime = "one statement at a time";

/// "UNIQUE constraint failed: a.k (in: insert into …)"; a long statement is cut.
[[nodiscard]] SqlError sql_error(
    SqlError::Kind kind, std::string_view message, std::string_view statement
);

/// Behind the literal, the name in quotes or the comment that begins at `at`, which is a character
/// of the text; `at` itself if none does. What is not ended goes to the end. Comments lie in each
/// other as PostgreSQL has them; a backslash is an ordinary character.
[[nodiscard]] std::size_t behind_quoted(std::string_view text, std::size_t at);

/// In small letters, behind blanks and comments; empty if there is no word.
[[nodiscard]] std::string first_word(std::string_view statement);

/// Refuses what would end the transaction, which is not the handler's to end: throws
/// SqlError::Kind::kOther when the statement's first word is one of these.
void refuse_words(std::span<const std::string_view> words, std::string_view statement);

/// Throws SqlError::Kind::kOther unless there is a value for each place.
void require_places(
    std::size_t places, std::span<const SqlValue> values, std::string_view statement
);

}  // namespace sluice::store
