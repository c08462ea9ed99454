#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sluice::store {

/// What a session has prepared, by its text; the least recently used one gives way.
/// Threads:  one at a time.
/// Lifetime: an answer lives until the next `make_room` or `forget`.
/// Limits:   as many as it was told, if `make_room` is called before each `add`.
template <class Statement>
class RecentlyUsed {
public:
    explicit RecentlyUsed(std::size_t statements_max) : statements_max_{statements_max} {}

    [[nodiscard]] Statement* find(std::string_view text) {
        const auto found = by_text_.find(text);
        if (found == by_text_.end()) return nullptr;
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        return &found->second->statement;
    }

    /// The one that gives way, if it is full.
    [[nodiscard]] std::optional<Statement> make_room() {
        if (by_use_.size() < statements_max_) return std::nullopt;
        by_text_.erase(by_use_.back().text);
        std::optional<Statement> gone{std::move(by_use_.back().statement)};
        by_use_.pop_back();
        return gone;
    }

    /// The text is not there yet.
    Statement& add(std::string_view text, Statement statement) {
        by_use_.push_front(Entry{std::string{text}, std::move(statement)});
        by_text_.emplace(by_use_.front().text, by_use_.begin());
        return by_use_.front().statement;
    }

    void forget(std::string_view text) {
        const auto found = by_text_.find(text);
        if (found == by_text_.end()) return;
        const auto entry = found->second;
        by_text_.erase(found);
        by_use_.erase(entry);
    }

    [[nodiscard]] std::size_t size() const { return by_use_.size(); }

private:
    struct Entry {
        std::string text;
        Statement statement;
    };

    std::size_t statements_max_;
    std::list<Entry> by_use_;  // the last used first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator>
        by_text_;  // views into by_use_
};

}  // namespace sluice::store
