#pragma once

#include "orchestrate/saga_book.hpp"
#include "saga/saga.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace sluice::orchestrate {

/// Members stay in the order in which they were put.
using Json = nlohmann::ordered_json;

/// On one line; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string to_text(const Json& json);

/// What a service is told: which command, about what, with what the saga began, and what the steps
/// before it have answered. JSON where it is JSON, else a text.
[[nodiscard]] std::string command_body(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
);

/// A saga as people and programs see it. Its steps have numbers for names when the book does not
/// know its definition.
[[nodiscard]] Json saga_json(const saga::Instance& instance, const SagaBook& book);

[[nodiscard]] std::string_view to_string(saga::Awaits awaits);

}  // namespace sluice::orchestrate
