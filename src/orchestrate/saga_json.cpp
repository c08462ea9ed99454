#include "orchestrate/saga_json.hpp"

#include "base/assert.hpp"

#include <utility>

namespace sluice::orchestrate {

namespace {

/// JSON as it is; anything else as a text.
Json value_of(const std::string& bytes) {
    Json parsed = Json::parse(bytes, nullptr, false);
    return parsed.is_discarded() ? Json(bytes) : parsed;
}

}  // namespace

std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string command_body(
    const saga::Send& command, const saga::Definition& definition, const saga::Instance& instance
) {
    Json results = Json::object();
    for (std::size_t at = 0; at < instance.steps.size(); ++at) {
        const saga::StepRecord& step = instance.steps[at];
        if (step.state != saga::StepState::kDone) continue;
        results[definition.steps.at(at).name] = value_of(step.result);
    }
    const Json body{
        {"saga", instance.id},
        {"definition", definition.name},
        {"version", definition.version},
        {"subject", instance.subject},
        {"step", command.key.step},
        {"direction", saga::to_string(command.key.direction)},
        {"key", saga::to_string(command.key)},
        {"input", value_of(instance.input)},
        {"results", std::move(results)}};
    return to_text(body);
}

Json saga_json(const saga::Instance& instance, const SagaBook& book) {
    const auto rules = book.of(instance);
    const auto name_of = [&](std::size_t at) {
        return rules ? rules.value()->definition().steps[at].name : std::to_string(at);
    };
    Json json{
        {"id", instance.id},
        {"saga", instance.definition},
        {"version", instance.version},
        {"subject", instance.subject},
        {"phase", saga::to_string(instance.phase)},
        {"began", to_rfc3339(instance.began_at)}};
    if (instance.ended()) {
        json["ended"] = to_rfc3339(instance.ended_at);
    } else {
        json["awaits"] = to_string(instance.awaits);
        json["step"] = name_of(instance.at);
        json["attempts"] = instance.attempts;
        if (const auto due = saga::Saga::due(instance)) json["due"] = to_rfc3339(*due);
    }
    if (!instance.reason.empty()) json["reason"] = instance.reason;
    Json steps = Json::array();
    for (std::size_t at = 0; at < instance.steps.size(); ++at) {
        const saga::StepRecord& step = instance.steps[at];
        Json one{{"name", name_of(at)}, {"state", saga::to_string(step.state)}};
        if (!step.result.empty()) one["result"] = value_of(step.result);
        steps.push_back(std::move(one));
    }
    json["steps"] = std::move(steps);
    json["input"] = value_of(instance.input);
    return json;
}

std::string_view to_string(saga::Awaits awaits) {
    switch (awaits) {
        case saga::Awaits::kNothing: return "nothing";
        case saga::Awaits::kAnswer: return "answer";
        case saga::Awaits::kPause: return "pause";
        case saga::Awaits::kPerson: return "person";
    }
    SLUICE_UNREACHABLE();
}

}  // namespace sluice::orchestrate
