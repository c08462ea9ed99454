#include "store/statement_cache.hpp"

#include <algorithm>
#include <cctype>

namespace sluice::store {

sqlite3_stmt* StatementCache::find(std::string_view text) {
    auto found = by_text_.find(text);
    if (found == by_text_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->statement.get();
}

sqlite3_stmt* StatementCache::get(std::string_view text) {
    if (sqlite3_stmt* known = find(text); known != nullptr) return known;
    sqlite3_stmt* made = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &made, &tail
    );
    StatementPtr statement{made};
    if (code != SQLITE_OK) throw sqlite_error(handle_, text);
    const bool more = std::any_of(tail, text.data() + text.size(), [](char character) {
        return std::isspace(static_cast<unsigned char>(character)) == 0 && character != ';';
    });
    if (!statement || more) {
        throw SqlError{
            SqlError::Kind::kOther, "one statement at a time (in: " + std::string{text} + ")"};
    }
    if (by_use_.size() >= statements_max_) {
        by_text_.erase(by_use_.back().text);
        by_use_.pop_back();
    }
    by_use_.push_front(Entry{std::string{text}, std::move(statement)});
    by_text_.emplace(by_use_.front().text, by_use_.begin());
    return by_use_.front().statement.get();
}

}  // namespace sluice::store
