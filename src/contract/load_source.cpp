#include "contract/load_source.hpp"

#include "contract/load.hpp"
#include "contract/load_parts.hpp"
#include "contract/schema_source.hpp"

#include <utility>

namespace sluice::contract {

namespace {

/// The newest has the schema of the message, which is there already.
void add_versions(const std::string& name, const Node& versions, ContractSource& source) {
    const std::vector<Version>& all = source.contract.types.at(name).versions;
    if (all.empty()) return;
    auto& schemas = source.versions[name];
    for (const Version& one : all) {
        const Node payload = versions.at(std::to_string(one.number)).at("payload");
        if (!payload.present()) {
            schemas.emplace(one.number, source.schemas.at(name));
        } else if (auto schema = schema_source(payload)) {
            schemas.emplace(one.number, std::move(*schema));
        }
    }
}

Result<ContractSource> source_of(Result<Document> document) {
    if (!document) return document.error();
    Problems problems;
    auto contract = load_contract(document.value(), problems);
    if (!contract) return problems.error();
    ContractSource source{std::move(document).value(), std::move(*contract), {}, {}, {}};
    // Once more, for the nodes: a contract keeps its schemas compiled, and not where they stand.
    const Node root = Node::root_of(source.document, problems);
    Contract again;
    parts::MessageNodes nodes;
    parts::Defaults defaults;
    defaults.content_type = root.at("defaultContentType").text().value_or("application/json");
    parts::load_tables(root.at("x-sluice").at("tables"), again, defaults);
    parts::load_channels(root.at("channels"), defaults, again, nodes);
    for (const auto& [name, node] : nodes) {
        source.messages.emplace(name, node.pointer());
        if (source.contract.types.at(name).schema == nullptr) continue;
        const Node payload = node.at("payload");
        const Node inner = payload.at("schemaFormat").present() ? payload.at("schema") : payload;
        if (auto schema = schema_source(inner)) source.schemas.emplace(name, std::move(*schema));
        add_versions(name, node.at("x-sluice").at("versions"), source);
    }
    return source;
}

}  // namespace

Result<ContractSource> load_source(const std::string& path) {
    return source_of(Document::read(path));
}

Result<ContractSource> load_source_text(std::string name, std::string_view text) {
    return source_of(Document::parse(std::move(name), text));
}

}  // namespace sluice::contract
