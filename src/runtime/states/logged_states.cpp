#include "runtime/states/logged_states.hpp"

#include <fmt/format.h>

namespace sluice::runtime {

std::string unknown_text(const StateView& view) {
    return fmt::format(
        "the state at position {} is not known: {}", view.position.value, view.unknown.value_or("")
    );
}

Result<std::vector<Result<std::string>>> LoggedStates::states(std::span<const Ask> all) {
    std::vector<Result<std::string>> answers;
    answers.reserve(all.size());
    for (const Ask& ask : all) {
        auto found = state_at(log_, {domain_, homes_, ask.subject}, ask.position, patience_);
        if (!found) return found.error();
        if (!found->view) {
            if (found->why == NoState::kBehind) {
                return Error{ErrorCode::kUnavailable, found->text};
            }
            answers.emplace_back(Error{ErrorCode::kInvalidEvent, found->text});
        } else if (found->view->unknown) {
            answers.emplace_back(Error{ErrorCode::kInvalidEvent, unknown_text(*found->view)});
        } else {
            answers.emplace_back(std::move(found->view->state));
        }
    }
    return answers;
}

}  // namespace sluice::runtime
