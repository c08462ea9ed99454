#include "daemon/config/shape_config.hpp"

#include "daemon/config/shape_reads.hpp"
#include "daemon/config/version_config.hpp"
#include "http/path.hpp"
#include "project/jq_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::daemon {

namespace {

using contract::MessageType;
using contract::Node;
using project::FieldPath;

void read_keep(const Node& node, ShapeConfig& shape) {
    for (const Node& item : node.items()) {
        const auto text = item.text();
        if (!text) continue;
        auto path = FieldPath::parse(*text);
        if (path) {
            shape.keep.push_back(std::move(path).value());
        } else {
            item.problem(path.error().message);
        }
    }
    if (node.present() && node.json()->is_array() && node.json()->empty()) {
        node.problem("is empty: nothing of the data would be left; name at least one field");
    }
}

/// Of the version that is asked for; else of all that may come.
std::set<std::string> personal_fields(const MessageType& type, const cast::Asked& asked) {
    const auto wanted = asked.find(type.name);
    const contract::Version* version =
        wanted == asked.end() ? nullptr : type.version(wanted->second);
    if (version != nullptr) return {version->personal.begin(), version->personal.end()};
    std::set<std::string> fields{type.personal.begin(), type.personal.end()};
    for (const contract::Version& one : type.versions) {
        fields.insert(one.personal.begin(), one.personal.end());
    }
    return fields;
}

/// As the contract has them: whatever stands in it could be loaded as a path.
std::vector<FieldPath> personal_paths(const MessageType& type, const cast::Asked& asked) {
    std::vector<FieldPath> paths;
    for (const std::string& text : personal_fields(type, asked)) {
        if (auto path = FieldPath::parse(text)) paths.push_back(std::move(path).value());
    }
    return paths;
}

void check_personal(
    std::string_view key,
    std::span<const FieldPath> asked,
    const MessageType& type,
    const cast::Asked& versions,
    std::vector<std::string>& problems
) {
    const std::vector<FieldPath> personal = personal_paths(type, versions);
    for (const FieldPath& path : asked) {
        const auto field = std::find_if(personal.begin(), personal.end(), [&](const auto& one) {
            return lies_within(path, one);
        });
        if (field == personal.end()) continue;
        problems.push_back(fmt::format(
            "{}: {} is personal data of {} ({}); grant it with 'personal: true', or leave it out",
            key,
            path.text(),
            type.name,
            field->text()
        ));
    }
}

void check_personal_state(
    const ShapeConfig& shape, const contract::Contract& contract, std::vector<std::string>& problems
) {
    if (!contract.reducer) return;
    for (const std::string& text : contract.reducer->personal) {
        const auto field = FieldPath::parse(text);
        if (!field) continue;
        for (const FieldPath& path : shape.keep) {
            if (!lies_within(path, field.value())) continue;
            problems.push_back(fmt::format(
                "keep: {} is personal data of the state ({}); grant it with 'personal: true', or "
                "leave it out",
                path.text(),
                text
            ));
        }
    }
}

}  // namespace

std::shared_ptr<const project::FieldNode> personal_of_state(const contract::Contract& contract) {
    if (!contract.reducer) return nullptr;
    std::vector<FieldPath> paths;
    for (const std::string& text : contract.reducer->personal) {
        if (auto path = FieldPath::parse(text)) paths.push_back(std::move(path).value());
    }
    if (paths.empty()) return nullptr;
    return std::make_shared<const project::FieldNode>(project::field_tree(paths));
}

std::string state_address(
    std::string_view domain,
    std::string_view subscription,
    std::string_view subject,
    Position position
) {
    return fmt::format(
        "/v1/snapshots/{}/{}?at={}&projection={}",
        domain,
        http::path_segment(subject),
        position.value,
        subscription
    );
}

void read_shape(const Node& subscription, ShapeConfig& shape) {
    if (const Node filters = subscription.at("filters"); filters.present()) {
        if (auto filter = project::Filter::load(filters)) {
            shape.filter = std::make_shared<const project::Filter>(std::move(*filter));
        }
    }
    read_versions(subscription.at("versions"), shape.versions);
    read_keep(subscription.at("keep"), shape);
    const Node jq = subscription.at("jq");
    shape.jq = jq.text().value_or("");
    if (jq.present() && shape.jq.empty()) jq.problem("'' is no program");
    if (jq.present() && subscription.at("keep").present()) {
        jq.problem("'keep' and 'jq' both make the data; a program can choose by itself");
    }
    shape.personal = subscription.at("personal").flag().value_or(false);
    shape.state =
        subscription.at("state")
            .choice<deliver::StateAs>(
                {{"at-event", deliver::StateAs::kData}, {"dataref", deliver::StateAs::kReference}}
            )
            .value_or(shape.state);
    if (shape.state != deliver::StateAs::kNothing && subscription.at("versions").present()) {
        subscription.at("versions")
            .problem("'state' takes the place of the data, and is made of the newest versions");
    }
}

std::vector<std::string> shape_problems(
    const ShapeConfig& shape, const ContractPtr& contract, const deliver::WantedTypes& types
) {
    std::vector<std::string> problems = version_problems(shape.versions, contract, types);
    const std::vector<FieldPath> filtered =
        shape.filter == nullptr ? std::vector<FieldPath>{} : fields_of(*shape.filter);
    for (const auto& [name, type] : contract->types) {
        if (shape.personal || !deliver::is_wanted(types, name)) continue;
        check_personal("filters", filtered, type, shape.versions, problems);
        if (shape.state != deliver::StateAs::kNothing) continue;  // it keeps fields of the state
        check_personal("keep", shape.keep, type, shape.versions, problems);
    }
    const bool wants_state = shape.state != deliver::StateAs::kNothing;
    if (wants_state && !contract->reducer) {
        problems.push_back(fmt::format(
            "state: the contract of {} says no x-sluice.reducer, so no state is kept",
            contract->domain
        ));
    }
    if (wants_state && !shape.personal) check_personal_state(shape, *contract, problems);
    if (shape.jq.empty()) return problems;
    if (const auto program = project::JqProgram::open(shape.jq); !program) {
        problems.push_back(fmt::format("jq: {}", program.error().message));
    }
    return problems;
}

deliver::Shape shape_of(const ShapeConfig& shape, const ContractPtr& contract) {
    deliver::Shape made;
    made.filter = shape.filter;
    made.jq = shape.jq;
    made.contract = contract;
    made.versions = shape.versions;
    if (!shape.keep.empty()) {
        made.keep = std::make_shared<const project::FieldNode>(project::field_tree(shape.keep));
    }
    made.state.as = shape.state;
    if (shape.personal) return made;
    made.state.withheld = personal_of_state(*contract);
    deliver::WithheldFields withheld;
    for (const auto& [name, type] : contract->types) {
        const std::vector<FieldPath> paths = personal_paths(type, shape.versions);
        if (!paths.empty()) withheld.emplace(name, project::field_tree(paths));
    }
    if (!withheld.empty()) {
        made.withheld = std::make_shared<const deliver::WithheldFields>(std::move(withheld));
    }
    return made;
}

}  // namespace sluice::daemon
