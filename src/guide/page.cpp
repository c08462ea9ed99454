#include "guide/page.hpp"

#include "guide/field.hpp"
#include "guide/markdown.hpp"
#include "guide/snippets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

namespace sluice::guide {

namespace {

using contract::ContractSource;

template <class... Values>
std::string say(std::string_view form, const Values&... values) {
    return fmt::format(fmt::runtime(form), values...);
}

std::string heading(int level, std::string_view text) {
    return fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), text);
}

std::string topics_of(const Message& message) {
    std::vector<std::string> topics;
    for (const contract::Channel* one : message.channels) topics.push_back(code(one->topic));
    return fmt::format("{}", fmt::join(topics, ", "));
}

std::string subscriber_names(const Message& message, std::span<const Subscriber> subscribers) {
    std::vector<std::string> names;
    for (const Subscriber& one : subscribers) {
        if (one.wants(message.type)) names.push_back(code(one.name));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// "- **label**: text", or nothing.
std::string item(std::string_view label, const std::string& text) {
    return text.empty() ? std::string{} : fmt::format("- **{}**: {}\n", label, text);
}

std::string about(const Message& message, const Words& words) {
    std::string out;
    if (const std::string meaning = description_of(*message.told, words.code); !meaning.empty())
        out += plain(meaning) + "\n\n";
    for (const Publisher& one : message.publishers) {
        out += item(words.publisher, plain(one.name));
        out += item(words.when, plain(description_of(*one.told, words.code)));
    }
    for (const contract::Channel* one : message.channels) {
        out += fmt::format("- {}\n", say(words.channel, one->topic, one->partitions));
    }
    out += item(words.version, plain(message.version));
    return out + item(words.deprecated, plain(message.deprecated)) + '\n';
}

std::string ordering(
    const contract::Contract& contract, const Message& message, const Words& words
) {
    const contract::MessageType& type = *contract.type(message.type);
    std::vector<std::string> sources;
    for (const std::string& one : contract.sources) sources.push_back(code(one));
    const std::string all = sources.empty() ? std::string{words.any_source}
                                            : fmt::format("{}", fmt::join(sources, ", "));
    std::string out = fmt::format("- {}\n", say(words.by_numbers, all));
    for (const contract::Rule& rule : type.rules) {
        out += fmt::format(
            "- {}\n", say(rule.if_seen ? words.if_seen : words.waits, code(rule.text()))
        );
    }
    if (type.rules.empty()) out += fmt::format("- {}\n", words.no_rules);
    if (type.closes) out += fmt::format("- {}\n", words.closes);
    return out + '\n';
}

std::string meaning_of(const Field& field, const Words& words) {
    std::string meaning = plain(description_of(*field.schema, words.code));
    const auto add = [&](std::string_view note) {
        meaning += fmt::format("{}**{}**", meaning.empty() ? "" : " ", note);
    };
    if (field.personal) add(words.personal);
    if (field.deprecated) add(words.deprecated);
    return meaning;
}

std::string field_table(const ContractSource& source, const Message& message, const Words& words) {
    const auto schema = source.schemas.find(message.type);
    if (schema == source.schemas.end()) return fmt::format("{}\n\n", words.no_schema);
    std::vector<std::vector<std::string>> rows;
    for (const Field& field : fields_of(schema->second)) {
        rows.push_back(
            {code(field.path),
             code(field.type),
             std::string{field.always ? words.yes : ""},
             meaning_of(field, words),
             plain(field.unit),
             code(field.limits),
             code(field.example)}
        );
    }
    return table(
        {words.field,
         words.type,
         words.always,
         words.meaning,
         words.unit,
         words.limits,
         words.example},
        rows
    );
}

/// The numbers of the neighbours that a version can be made.
std::string neighbours_of(const contract::Version& version) {
    std::vector<std::uint32_t> numbers;
    if (!version.down.text.empty()) numbers.push_back(version.number - 1);
    if (!version.up.text.empty()) numbers.push_back(version.number + 1);
    return fmt::format("{}", fmt::join(numbers, ", "));
}

/// Those that want the type and ask for this version of it; 0: for none.
std::string asking_for(
    const Message& message, std::uint32_t number, std::span<const Subscriber> subscribers
) {
    std::vector<std::string> names;
    for (const Subscriber& one : subscribers) {
        const auto asked = one.versions.find(message.type);
        const std::uint32_t version = asked == one.versions.end() ? 0 : asked->second;
        if (one.wants(message.type) && version == number) names.push_back(code(one.name));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Nothing, where the contract declares none.
std::string version_table(const View& view, const Message& message) {
    const Words& words = view.words;
    const contract::MessageType& type = *view.source.contract.type(message.type);
    if (type.versions.empty()) return {};
    std::vector<std::vector<std::string>> rows;
    for (const contract::Version& one : type.versions) {
        rows.push_back(
            {fmt::to_string(one.number),
             one.dataschema.empty() ? std::string{words.not_said} : code(one.dataschema),
             neighbours_of(one),
             asking_for(message, one.number, view.subscribers),
             plain(one.deprecated)}
        );
    }
    std::string out =
        heading(2, words.versions) +
        table(
            {words.version, words.said_by, words.becomes, words.asked_by, words.deprecated}, rows
        );
    const std::string others = asking_for(message, 0, view.subscribers);
    return others.empty() ? out : out + say(words.as_it_comes, others) + "\n\n";
}

std::string what_it_gets(const Subscriber& subscriber, const Words& words) {
    std::vector<std::string> kept;
    for (const std::string& one : subscriber.keep) kept.push_back(code(one));
    std::string gets = fmt::format("{}", fmt::join(kept, ", "));
    if (gets.empty()) gets = subscriber.personal ? words.everything : words.without_personal;
    return subscriber.jq.empty() ? gets : fmt::format("{}; jq {}", gets, code(subscriber.jq));
}

std::string subscriber_table(
    const Message& message, std::span<const Subscriber> subscribers, const Words& words
) {
    std::vector<std::vector<std::string>> rows;
    for (const Subscriber& one : subscribers) {
        if (one.wants(message.type))
            rows.push_back({code(one.name), code(one.filter), what_it_gets(one, words)});
    }
    if (rows.empty()) return fmt::format("{}\n\n", words.nobody);
    return table({words.subscription, words.filter, words.gets}, rows);
}

nlohmann::json sample_event(const contract::Contract& contract, const Message& message) {
    nlohmann::json event{
        {"specversion", "1.0"},
        {"id", "1"},
        {"source", contract.sources.empty() ? "/" + contract.domain : contract.sources.front()},
        {"type", message.type},
        {"subject", contract.domain + "-1"},
        {"time", "2026-01-31T09:30:00Z"}};
    const auto& versions = contract.type(message.type)->versions;
    if (!versions.empty() && !versions.back().dataschema.empty())
        event["dataschema"] = versions.back().dataschema;
    if (!message.sample.is_null()) event["data"] = message.sample;
    return event;
}

std::string to_copy(
    const contract::Contract& contract, const Message& message, const Words& words
) {
    const std::string topic =
        message.channels.empty() ? message.type : message.channels.front()->topic;
    std::string out = heading(2, words.copy);
    bool noted = false;
    for (const Snippet& one :
         snippets_of(contract.domain, topic, message.type, sample_event(contract, message))) {
        out += heading(
            3, say(one.publishes ? words.publish_with : words.listen_with, plain(one.tool))
        );
        const bool plain_consumer = !one.publishes && one.language != "cpp";
        if (plain_consumer && !std::exchange(noted, true))
            out += fmt::format("{}\n\n", words.listen_note);
        out += block(one.language, one.text);
    }
    return out;
}

}  // namespace

std::string index_page(const View& view) {
    const Words& words = view.words;
    const contract::Contract& contract = view.source.contract;
    std::string out = heading(1, say(words.title, plain(contract.domain)));
    if (const nlohmann::json* info = view.source.document.find("/info");
        info != nullptr && info->is_object()) {
        const std::string told = description_of(*info, words.code);
        if (!told.empty()) out += plain(told) + "\n\n";
        if (info->contains("version"))
            out += fmt::format("{} {}\n\n", words.version, plain(info->value("version", "")));
    }
    out += say(words.intro, contract.domain, contract.homes) + "\n\n";
    out += heading(2, words.flow) + fmt::format("![{}](../flow.svg)\n\n", words.flow) +
           heading(2, words.events);
    std::vector<std::vector<std::string>> rows;
    for (const Message& one : view.messages) {
        rows.push_back(
            {fmt::format("[{}](events/{}{})", plain(one.type), one.file, view.ending),
             plain(description_of(*one.told, words.code)),
             topics_of(one),
             subscriber_names(one, view.subscribers)}
        );
    }
    return out + table({words.event, words.meaning, words.topics, words.subscribers}, rows);
}

std::string event_page(const View& view, const Message& message) {
    const Words& words = view.words;
    std::string out = fmt::format("[{}](../index{})\n\n", words.back, view.ending);
    out += heading(1, plain(message.type));
    out += heading(2, words.published) + about(message, words);
    out += heading(2, words.order) + ordering(view.source.contract, message, words);
    out += version_table(view, message);
    out += heading(2, words.fields) + field_table(view.source, message, words);
    if (!message.sample.is_null()) {
        out += heading(2, words.sample);
        if (!message.sample_is_given) out += fmt::format("{}\n\n", words.made_up);
        out += block("json", message.sample.dump(2));
    }
    out += heading(2, words.subscribers) + subscriber_table(message, view.subscribers, words);
    return out + to_copy(view.source.contract, message, words);
}

}  // namespace sluice::guide
