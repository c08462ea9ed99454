#include "infer/draft.hpp"

#include "contract/json_pointer.hpp"
#include "infer/yaml_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace sluice::infer {

namespace {

using Json = nlohmann::json;

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// A message of the draft, and what was seen of it in all topics.
struct Seen {
    std::vector<const TopicSample::Type*> in;
    std::uint64_t events{};
    std::uint64_t numbered{};
    std::uint64_t depending{};
    std::uint64_t not_json{};
};

std::map<std::string, Seen> messages_of(std::span<const TopicSample> samples) {
    std::map<std::string, Seen> messages;
    for (const TopicSample& sample : samples) {
        if (sample.types().empty()) messages[sample.topic()];
        for (const auto& [name, type] : sample.types()) {
            Seen& seen = messages[name];
            seen.in.push_back(&type);
            seen.events += type.events;
            seen.numbered += type.numbered;
            seen.depending += type.depending;
            seen.not_json += type.not_json;
        }
    }
    return messages;
}

std::string channel_lines(const TopicSample& sample) {
    const std::string name = yaml_scalar(sample.topic());
    std::string out = fmt::format("  {}:\n", name);
    const auto& keys = sample.keys();
    out += fmt::format(
        "    # {} records seen: {} with a key, {} of {} keyed by the subject\n",
        sample.records(),
        keys.keyed,
        keys.subject_keyed,
        keys.with_subject
    );
    out += fmt::format("    address: {}\n    messages:\n", name);
    const auto add = [&](const std::string& type) {
        out += fmt::format(
            "      {0}: {{$ref: {1}}}\n",
            yaml_scalar(type),
            yaml_scalar("#/components/messages/" + contract::escaped_token(type))
        );
    };
    for (const auto& [type, seen] : sample.types()) add(type);
    if (sample.types().empty()) add(sample.topic());
    out += fmt::format("    bindings: {{kafka: {{partitions: {}}}}}\n", sample.partitions());
    std::string marks;
    if (sample.by_crc32())
        marks += "      partitioner: crc32   # as librdkafka chooses partitions\n";
    if (sample.plain_records() > 0) {
        marks += fmt::format(
            "      # {} of them are no CloudEvents events: they are read by these places\n",
            sample.plain_records()
        );
        const std::string subject = sample.subject_place();
        if (subject.empty())
            marks +=
                "      # DECIDE where the subject stands: {key: string}, {header: NAME} or "
                "{pointer: /PATH}\n";
        marks += fmt::format(
            "      plain:\n        subject: {{{}}}\n",
            subject.empty() ? "key: string" : flow_pair(subject)
        );
        marks += fmt::format("        type: {}\n", name);
        const std::string id = sample.id_place();
        if (id.empty()) {
            marks +=
                "        # id: {header: NAME} where there is one: without it a record that is sent "
                "twice is two events\n";
        } else {
            marks += fmt::format("        id: {{{}}}\n", flow_pair(id));
        }
    }
    return marks.empty() ? out : out + "    x-sluice:\n" + marks;
}

std::string message_lines(const std::string& name, const Seen& seen) {
    std::string out = fmt::format("    {0}:\n      name: {0}\n", yaml_scalar(name));
    out += "      # description: DECIDE what it means, when it is published and by whom\n";
    out += fmt::format(
        "      # DECIDE what comes before it: {} of {} carry a sourcesequence and {} a dependson, "
        "which say it; the others need\n"
        "      #   x-sluice: {{after: TYPE}}\n"
        "      # DECIDE whether it is the last of its subject: x-sluice: {{closes: true}}\n",
        seen.numbered,
        seen.events,
        seen.depending
    );
    if (seen.not_json > 0 || seen.events == 0) {
        return out + fmt::format(
                         "      # no payload: {} of {} were no JSON\n", seen.not_json, seen.events
                     );
    }
    const bool has_data = std::any_of(seen.in.begin(), seen.in.end(), [](const auto* one) {
        return one->data.count() > 0;
    });
    if (!has_data) return out + "      # no payload: none had data\n";
    out += "      payload:\n";
    std::vector<Json> schemas;
    for (const TopicSample::Type* one : seen.in) {
        if (one->data.count() > 0) schemas.push_back(one->data.schema());
    }
    const bool one = std::all_of(schemas.begin(), schemas.end(), [&](const Json& schema) {
        return schema == schemas.front();
    });
    return out + yaml_lines(one ? schemas.front() : Json{{"anyOf", schemas}}, 8);
}

}  // namespace

std::string draft_contract(std::string_view domain, std::span<const TopicSample> samples) {
    std::uint64_t records = 0;
    std::uint32_t homes = 1;
    for (const TopicSample& one : samples) {
        records += one.records();
        homes = std::max(homes, one.partitions());
    }
    std::string out = fmt::format(
        "# A draft, made from {} of {}. What only a person can decide is marked "
        "DECIDE.\n"
        "# Then: sluice contract lint FILE. Every key: docs/reference/contract.md\n"
        "asyncapi: 3.0.0\n"
        "info: {{title: {}, version: 0.1.0}}\n"
        "defaultContentType: application/json\n"
        "x-sluice:\n"
        "  domain: {}\n"
        "  homes: {}   # DECIDE: partitions of the ordered topic, fixed when the domain is made\n"
        "  validation: warn   # a schema from samples is a guess: count what breaks it before it "
        "is enforced\n"
        "channels:\n",
        counted(records, "record"),
        counted(samples.size(), "topic"),
        yaml_scalar(domain),
        yaml_scalar(domain),
        homes
    );
    for (const TopicSample& one : samples) out += channel_lines(one);
    out += "components:\n  messages:\n";
    for (const auto& [name, seen] : messages_of(samples)) out += message_lines(name, seen);
    return out;
}

std::string domain_name_of(std::span<const std::string> topics) {
    const auto head = [](const std::string& topic) {
        return topic.substr(0, topic.find_first_of("._-"));
    };
    if (topics.empty()) return "domain";
    std::string name = head(topics.front());
    const bool shared = std::all_of(topics.begin(), topics.end(), [&](const std::string& one) {
        return head(one) == name;
    });
    const bool fits =
        !name.empty() && name.size() <= 64 &&
        std::all_of(name.begin(), name.end(), [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        });
    return shared && fits ? name : "domain";
}

}  // namespace sluice::infer
