#include "project/cesql_like.hpp"

#include "project/cesql_text.hpp"

namespace sluice::project::cesql {

LikePattern::LikePattern(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char letter = pattern[at];
        const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
        if (letter == '\\' && (next == '%' || next == '_')) {
            steps_.push_back({Kind::kByte, next});
            ++at;
        } else if (letter == '%') {
            if (steps_.empty() || steps_.back().kind != Kind::kAny) {
                steps_.push_back({Kind::kAny, '\0'});
            }
        } else {
            steps_.push_back({letter == '_' ? Kind::kOne : Kind::kByte, letter});
        }
    }
}

bool LikePattern::matches(std::string_view text) const {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t at = 0;
    std::size_t step = 0;
    std::size_t behind_any = none;  // the step behind the last `%`
    std::size_t taken_to = 0;       // what that `%` has taken so far
    while (at < text.size()) {
        const bool left = step < steps_.size();
        if (left && steps_[step].kind == Kind::kAny) {
            behind_any = ++step;
            taken_to = at;
        } else if (left && steps_[step].kind == Kind::kOne) {
            at += char_bytes(text.substr(at));
            ++step;
        } else if (left && steps_[step].byte == text[at]) {
            ++at;
            ++step;
        } else if (behind_any != none) {
            taken_to += char_bytes(text.substr(taken_to));
            at = taken_to;
            step = behind_any;
        } else {
            return false;
        }
    }
    while (step < steps_.size() && steps_[step].kind == Kind::kAny) ++step;
    return step == steps_.size();
}

}  // namespace sluice::project::cesql
