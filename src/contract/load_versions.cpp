#include "contract/load_parts.hpp"
#include "contract/personal.hpp"
#include "contract/sample.hpp"
#include "contract/schema_source.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sluice::contract::parts {

namespace {

constexpr std::size_t kVersionsMax = 64;

struct Entry {
    std::uint32_t number{};
    Node node;
};

std::optional<std::uint32_t> number_of(const std::string& name) {
    std::uint32_t number = 0;
    const char* const end = name.data() + name.size();
    const auto [read, error] = std::from_chars(name.data(), end, number);
    const bool whole = error == std::errc{} && read == end && !name.starts_with('0');
    if (!whole || number > kVersionNumberMax) return std::nullopt;
    return number;
}

/// By number, which the order of the file need not be.
std::vector<Entry> entries_of(const Node& versions) {
    std::vector<Entry> entries;
    for (const auto& [name, node] : versions.members()) {
        const auto number = number_of(name);
        if (number) {
            entries.push_back({*number, node});
        } else {
            node.problem(fmt::format(
                "{} is no version: a whole number from 1 to {}",
                event::shown(name),
                kVersionNumberMax
            ));
        }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return a.number < b.number;
    });
    return entries;
}

/// Data that people have given as that of the version; what breaks it is told.
std::vector<std::string> examples_of(const Node& node, const Schema& schema) {
    std::vector<std::string> examples;
    for (const Node& item : node.items()) {
        if (!item.present()) continue;
        std::string data = item.json()->dump();
        const Status valid = schema.validate(data);
        if (!valid) item.problem(valid.error().message);
        examples.push_back(std::move(data));
    }
    return examples;
}

/// `payload`: where the schema stands; the newest one's is the message's own.
void load_schema_of(
    const Entry& entry,
    const Node& payload,
    const std::vector<std::string>& looked_up,
    Version& version
) {
    const auto source = schema_source(payload);
    if (!source) return;
    version.schema = Schema::load(payload);
    if (version.schema == nullptr) return;
    version.personal = personal_fields(payload);
    version.samples = examples_of(entry.node.at("examples"), *version.schema);
    for (std::string& sample : make_samples(*source, *version.schema, looked_up)) {
        version.samples.push_back(std::move(sample));
    }
}

Version load_version(const Entry& entry, bool is_oldest, bool is_newest) {
    const Node& node = entry.node;
    node.only({"dataschema", "payload", "up", "down", "deprecated", "examples"});
    Version version;
    version.number = entry.number;
    version.dataschema = node.at("dataschema").text().value_or("");
    const bool blank = version.dataschema.find_first_of(" \t\n") != std::string::npos;
    if (node.at("dataschema").present() && (version.dataschema.empty() || blank)) {
        node.at("dataschema").problem("is no URI: at least one character, no blanks");
    }
    version.up = program_of(node.at("up"));
    version.down = program_of(node.at("down"));
    version.deprecated = node.at("deprecated").text().value_or("");
    if (is_newest && node.at("up").present()) {
        node.at("up").problem("makes the next version, and this is the newest");
    }
    if (is_oldest && node.at("down").present()) {
        node.at("down").problem("makes the version before, and this is the oldest");
    }
    if (is_newest && node.at("payload").present()) {
        node.at("payload").problem("the newest version's payload is the message's own: leave it out"
        );
    }
    return version;
}

/// An event says its version by `dataschema`: each has its own, and one may do without.
void check_dataschemas(const std::vector<Version>& versions, const std::vector<Entry>& entries) {
    for (std::size_t at = 0; at < versions.size(); ++at) {
        const auto first = std::find_if(versions.begin(), versions.end(), [&](const Version& one) {
            return one.dataschema == versions[at].dataschema;
        });
        if (first == versions.begin() + static_cast<std::ptrdiff_t>(at)) continue;
        const Node& node = entries[at].node;
        if (versions[at].dataschema.empty()) {
            node.problem(fmt::format(
                "'dataschema' is missing: events without it are of version {}", first->number
            ));
        } else {
            node.at("dataschema")
                .problem(fmt::format("is that of version {} already", first->number));
        }
    }
}

bool check_numbers(const Node& versions, const std::vector<Entry>& entries) {
    if (entries.empty()) {
        versions.problem("declare at least one version, such as 1: {}");
        return false;
    }
    if (entries.size() > kVersionsMax) {
        versions.problem(
            fmt::format("{} versions; at most {}: drop the oldest", entries.size(), kVersionsMax)
        );
        return false;
    }
    for (std::size_t at = 1; at < entries.size(); ++at) {
        const std::uint32_t due = entries[at - 1].number + 1;
        if (entries[at].number == due) continue;
        entries[at].node.problem(fmt::format("version {} is missing: versions have no holes", due));
        return false;
    }
    return true;
}

}  // namespace

void load_versions(
    const Node& versions,
    const std::optional<Node>& newest,
    const std::vector<std::string>& looked_up,
    MessageType& type
) {
    if (!versions.present()) return;
    if (!newest) return versions.problem("versions are of JSON data: the message needs a payload");
    const std::vector<Entry> entries = entries_of(versions);
    if (!check_numbers(versions, entries)) return;
    for (const Entry& entry : entries) {
        const bool is_oldest = entry.number == entries.front().number;
        const bool is_newest = entry.number == entries.back().number;
        Version version = load_version(entry, is_oldest, is_newest);
        if (is_newest) {
            load_schema_of(entry, *newest, looked_up, version);
        } else if (const Node payload = entry.node.required("payload"); payload.present()) {
            load_schema_of(entry, payload, looked_up, version);
        }
        type.versions.push_back(std::move(version));
    }
    check_dataschemas(type.versions, entries);
}

void load_tables(const Node& tables, Contract& contract, Defaults& defaults) {
    if (!tables.present()) return;
    static_cast<void>(tables.members());  // tells of any other kind
    contract.tables = tables.json()->dump();
    defaults.looked_up = texts_in(*tables.json());
}

}  // namespace sluice::contract::parts
