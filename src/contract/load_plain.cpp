#include "contract/load_parts.hpp"
#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace sluice::contract::parts {

namespace {

std::optional<Encoding> encoding_of(const Node& node) {
    return node.choice<Encoding>(
        {{"string", Encoding::kString}, {"int64", Encoding::kInt64}, {"bytes", Encoding::kBytes}}
    );
}

/// `{key: …}`, `{header: …, as: …}` or `{pointer: …}`; with `constant` a text is one, too.
std::optional<PlainField> field_of(const Node& node, bool constant) {
    const bool mapping = node.present() && node.json()->is_object();
    if (constant && node.present() && !mapping) {
        const auto text = node.text();
        if (text && text->empty()) node.problem("'' is not an event type");
        return text ? std::optional<PlainField>{Constant{*text}} : std::nullopt;
    }
    if (mapping) node.only({"key", "header", "as", "pointer"});
    const Node key = node.at("key");
    const Node header = node.at("header");
    const Node pointer = node.at("pointer");
    if (!mapping || key.present() + header.present() + pointer.present() != 1) {
        node.problem(fmt::format(
            "{}{{key: string}}, {{header: NAME}} or {{pointer: /PATH}} is due here",
            constant ? "a type, " : ""
        ));
        return std::nullopt;
    }
    if (node.at("as").present() && !header.present()) {
        node.at("as").problem("goes with a header; a key says it itself: {key: int64}");
    }
    if (key.present()) {
        const auto encoding = encoding_of(key);
        return encoding ? std::optional<PlainField>{FromKey{*encoding}} : std::nullopt;
    }
    if (header.present()) {
        const auto name = header.text();
        const Encoding encoding = encoding_of(node.at("as")).value_or(Encoding::kString);
        if (name && name->empty()) header.problem("'' is not the name of a header");
        return name ? std::optional<PlainField>{FromHeader{*name, encoding}} : std::nullopt;
    }
    const auto text = pointer.text();
    if (!text) return std::nullopt;
    auto parsed = JsonPointer::parse(*text);
    if (parsed) return std::move(*parsed);
    pointer.problem(parsed.error().message);
    return std::nullopt;
}

/// A type that is written down must be one of the channel's, or nothing of the contract holds for
/// it.
void check_type(const Node& node, const PlainField& type, const Channel& channel) {
    const auto* constant = std::get_if<Constant>(&type);
    if (constant == nullptr || constant->text.empty()) return;
    const auto& types = channel.types;
    if (std::find(types.begin(), types.end(), constant->text) != types.end()) return;
    const std::vector<std::string_view> names{types.begin(), types.end()};
    node.problem(fmt::format(
        "{} is none of the channel's messages{}; there are: {}",
        event::shown(constant->text),
        did_you_mean(constant->text, names),
        fmt::join(names, ", ")
    ));
}

void check_source(const Node& node, const PlainRecords& plain, const Contract& contract) {
    const std::string& source = plain.source;
    if (source.empty() || source.find(' ') != std::string::npos) {
        node.at("source").problem(fmt::format(
            "{} is not a source: at least one character, no blanks", event::shown(source)
        ));
        return;
    }
    const auto& sources = contract.sources;
    const bool known = std::find(sources.begin(), sources.end(), source) != sources.end();
    if (plain.number && !sources.empty() && !known) {
        node.at("number").problem(fmt::format(
            "the source {} numbers its events, but is none of x-sluice.sources: {}",
            event::shown(source),
            fmt::join(sources, ", ")
        ));
    }
}

}  // namespace

void load_plain(const Node& node, const Contract& contract, Channel& channel) {
    if (!node.present()) return;
    node.only({"subject", "type", "source", "id", "number"});
    if (!node.json()->is_object()) return;
    PlainRecords plain;
    const auto field = [](const Node& at, bool constant) {
        return at.present() ? field_of(at, constant) : std::nullopt;
    };
    const auto subject = field(node.required("subject"), false);
    const auto type = field(node.required("type"), true);
    plain.source = node.at("source").text().value_or("/" + channel.topic);
    plain.id = field(node.at("id"), false);
    plain.number = field(node.at("number"), false);
    check_source(node, plain, contract);
    if (!subject || !type) return;
    check_type(node.at("type"), *type, channel);
    plain.subject = *subject;
    plain.type = *type;
    channel.plain = std::move(plain);
}

}  // namespace sluice::contract::parts
