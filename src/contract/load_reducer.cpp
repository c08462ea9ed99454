#include "contract/load_parts.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::contract::parts {

namespace {

constexpr std::string_view kMergePatch = "merge-patch";

/// Of all types, in whatever version.
std::set<std::string> personal_of(const Contract& contract) {
    std::set<std::string> fields;
    for (const auto& [name, type] : contract.types) {
        fields.insert(type.personal.begin(), type.personal.end());
        for (const Version& version : type.versions) {
            fields.insert(version.personal.begin(), version.personal.end());
        }
    }
    return fields;
}

/// A JSON pointer to a field, as `keep` takes it: what is withheld must be found.
bool is_field(std::string_view path) {
    constexpr auto tokens_max = 32;
    return path.size() > 1 && std::count(path.begin(), path.end(), '/') <= tokens_max &&
           JsonPointer::parse(path).has_value();
}

std::set<std::string> declared(const Node& personal) {
    std::set<std::string> fields;
    for (const Node& item : personal.items()) {
        const auto path = item.text();
        if (!path) continue;
        if (!is_field(*path)) {
            item.problem(fmt::format("{} is no field, such as /member/name", event::shown(*path)));
        }
        fields.insert(*path);
    }
    return fields;
}

/// Where a program puts a personal field only its author knows.
std::set<std::string> load_jq(const Node& reducer, const Contract& contract, Reducer& made) {
    reducer.only({"jq", "personal"});
    made.jq = program_of(reducer.required("jq"));
    const Node personal = reducer.at("personal");
    if (personal.present()) return declared(personal);
    const std::set<std::string> fields = personal_of(contract);
    if (!fields.empty()) {
        reducer.problem(fmt::format(
            "'personal' is missing: events have personal fields ({}), and where a program leaves "
            "them in the state only you know; [] if nowhere",
            *fields.begin()
        ));
    }
    return {};
}

}  // namespace

CastProgram program_of(const Node& node) {
    CastProgram program;
    if (!node.present()) return program;
    program.text = node.text().value_or("");
    const Document& document = node.document();
    const Place place = document.place_of(node.pointer());
    program.place =
        fmt::format("{}:{}:{}: {}", document.name(), place.line, place.column, node.pointer());
    if (node.json()->is_string() && program.text.empty()) node.problem("'' is no program");
    return program;
}

void load_reducer(const Node& reducer, Contract& contract) {
    if (!reducer.present()) return;
    Reducer made;
    std::set<std::string> personal;
    if (reducer.json()->is_object()) {
        personal = load_jq(reducer, contract, made);
    } else if (const auto written = reducer.text()) {
        if (*written != kMergePatch) {
            reducer.problem(fmt::format(
                "{} is no reducer: merge-patch, or {{jq: PROGRAM}}", event::shown(*written)
            ));
        }
        personal = personal_of(contract);
    }
    made.personal.assign(personal.begin(), personal.end());
    contract.reducer = std::move(made);
}

}  // namespace sluice::contract::parts
