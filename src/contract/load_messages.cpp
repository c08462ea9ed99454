#include "contract/load_parts.hpp"
#include "contract/personal.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

namespace sluice::contract::parts {

namespace {

std::vector<std::string> type_names(const Node& node) {
    std::vector<std::string> names;
    for (const Node& item : node.one_or_more()) {
        if (auto name = item.text()) names.push_back(std::move(*name));
    }
    if (node.present() && node.json()->is_array() && node.json()->empty()) {
        node.problem("the list is empty; name at least one type");
    }
    return names;
}

void load_rules(const Node& sluice, MessageType& type) {
    sluice.only({"after", "after-any", "if-seen", "same", "closes", "versions"});
    std::optional<JsonPointer> same;
    if (const auto text = sluice.at("same").text()) {
        auto pointer = JsonPointer::parse(*text);
        if (pointer.has_value()) {
            same = *pointer;
        } else {
            sluice.at("same").problem(pointer.error().message);
        }
    }
    for (std::string& name : type_names(sluice.at("after")))
        type.rules.push_back(Rule{{std::move(name)}, same, false});
    for (std::string& name : type_names(sluice.at("if-seen")))
        type.rules.push_back(Rule{{std::move(name)}, same, true});
    std::vector<std::string> any = type_names(sluice.at("after-any"));
    if (!any.empty()) type.rules.push_back(Rule{std::move(any), same, false});
    if (sluice.at("same").present() && type.rules.empty()) {
        sluice.at("same").problem(
            "'same' narrows 'after', 'after-any' or 'if-seen', and none of them is here"
        );
    }
    type.closes = sluice.at("closes").flag().value_or(false);
}

/// AsyncAPI's own format is a JSON Schema, and so are those that say so.
bool is_json_schema_format(std::string_view format) {
    return event::starts_with_ignoring_case(format, "application/vnd.aai.asyncapi") ||
           event::starts_with_ignoring_case(format, "application/schema+");
}

/// The schema of the payload where it stands; none for another kind of content, which passes
/// unread.
std::optional<Node> schema_node(const Node& message, const Defaults& defaults) {
    const std::string content_type =
        message.at("contentType").text().value_or(defaults.content_type);
    Node payload = message.at("payload");
    if (!payload.present() || !event::is_json_media_type(content_type)) return std::nullopt;
    const Node format = payload.at("schemaFormat");
    if (!format.present()) return payload;
    payload.only({"schemaFormat", "schema"}, Extensions::kAllowed);
    if (is_json_schema_format(format.text().value_or(""))) return payload.required("schema");
    format.problem(fmt::format(
        "{} describes JSON, and only JSON Schema is checked; give the message a contentType that "
        "is not JSON",
        event::shown(format.text().value_or(""))
    ));
    return std::nullopt;
}

void load_payload(const Node& message, const Defaults& defaults, MessageType& type) {
    const auto schema = schema_node(message, defaults);
    if (schema) type.schema = Schema::load(*schema);
    if (type.schema != nullptr) type.personal = personal_fields(*schema);
    load_versions(message.at("x-sluice").at("versions"), schema, defaults.looked_up, type);
}

}  // namespace

std::string load_message(
    std::string_view key,
    const Node& message,
    const Defaults& defaults,
    Contract& contract,
    MessageNodes& messages
) {
    message.only(
        {"headers",
         "payload",
         "correlationId",
         "contentType",
         "name",
         "title",
         "summary",
         "description",
         "tags",
         "externalDocs",
         "bindings",
         "examples",
         "traits",
         "x-sluice"},
        Extensions::kAllowed
    );
    if (!message.present() && !message.lost()) {
        message.problem("a message is due here; {} is one that says nothing");
    }
    if (!message.present() || !message.json()->is_object()) return {};
    MessageType type;
    type.name = message.at("name").text().value_or(std::string{key});
    if (type.name.empty()) {
        message.at("name").problem("a type has at least one character");
        return {};
    }
    if (const auto known = messages.find(type.name); known != messages.end()) {
        if (known->second.pointer() != message.pointer()) {
            message.problem(fmt::format(
                "{} is described at {} already; let both channels refer to one message",
                event::shown(type.name),
                readable_pointer(known->second.pointer())
            ));
        }
        return type.name;
    }
    load_payload(message, defaults, type);
    load_rules(message.at("x-sluice"), type);
    messages.emplace(type.name, message);
    std::string name = type.name;
    contract.types.emplace(name, std::move(type));
    return name;
}

}  // namespace sluice::contract::parts
