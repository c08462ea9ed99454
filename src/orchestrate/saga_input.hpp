#pragma once

#include "saga/saga.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace sluice::orchestrate {

/// Begins a saga, or finds the one that was begun so: the same id, definition, subject and input
/// are the same saga.
struct BeginSaga {
    std::string definition;
    std::string id;
    std::string subject;
    std::string input;
};

struct AnswerSaga {
    std::string saga;
    saga::Reply reply;
};

enum class SagaVerb : std::uint8_t { kCancel, kCompensate, kRetry };

struct TellSaga {
    std::string saga;
    SagaVerb verb{};
    std::string why;
};

using SagaInput = std::variant<BeginSaga, AnswerSaga, TellSaga>;

}  // namespace sluice::orchestrate
