#include "contract/compare.hpp"

#include "contract/compatibility.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;

const Json& schema_of(const ContractSource& source, const std::string& type) {
    static const Json anything = Json::object();
    const auto found = source.schemas.find(type);
    return found == source.schemas.end() ? anything : found->second;
}

/// What an event that says this may hold.
struct Stated {
    std::string dataschema;  ///< empty: it says nothing
    const Json* schema{};
};

/// Of a type without versions: all of its events, whatever they say.
std::vector<Stated> stated_by(const ContractSource& source, const MessageType& type) {
    if (type.versions.empty()) return {{"", &schema_of(source, type.name)}};
    std::vector<Stated> all;
    for (const Version& one : type.versions)
        all.push_back({one.dataschema, &source.versions.at(type.name).at(one.number)});
    return all;
}

/// What such events are held against now; null: nothing is.
const Stated* now_of(const Stated& old, const std::vector<Stated>& now, bool has_versions) {
    if (!has_versions) return &now.front();
    const auto found = std::find_if(now.begin(), now.end(), [&](const Stated& one) {
        return one.dataschema == old.dataschema;
    });
    return found == now.end() ? nullptr : &*found;
}

Finding lost(const std::string& type, const Stated& old, bool backward) {
    const std::string which = old.dataschema.empty()
                                  ? std::string{"events without a dataschema"}
                                  : fmt::format("events with dataschema {}", old.dataschema);
    return {
        type,
        backward,
        "",
        fmt::format("{} have no version any more", which),
        "keep theirs among the versions until retention has taken the last of them"};
}

void compare_whole(const Contract& before, const Contract& after, std::vector<Finding>& findings) {
    const auto add = [&](std::string what, std::string fix) {
        findings.push_back({"", true, "", std::move(what), std::move(fix)});
    };
    if (before.domain != after.domain) {
        add(fmt::format("the domain is {}, and was {}", after.domain, before.domain),
            "topics and progress are kept under its name: make a new domain");
    }
    if (before.homes != after.homes) {
        add(fmt::format("homes is {}, and was {}", after.homes, before.homes),
            "topics are made for so many: leave it, or let it have more: `sluice domain grow`");
    }
    if (before.given.has_value() != after.given.has_value()) {
        add(after.given ? "it is no longer sequenced: its topic is said to be in order already"
                        : "it is sequenced, and its topic was said to be in order already",
            "positions would begin anew: make a new domain");
    } else if (after.given && after.given->positions != before.given->positions) {
        add("positions come from elsewhere than they did", "leave them, or make a new domain");
    } else if (after.given && after.given->epoch < before.given->epoch) {
        add(fmt::format("the epoch is {}, and was {}", after.given->epoch, before.given->epoch),
            "it only rises: positions would be given twice");
    }
}

/// What a consumer without the grant had, and has no longer.
void compare_personal(
    const MessageType& before, const MessageType& after, std::vector<Finding>& findings
) {
    for (const std::string& field : after.personal) {
        const bool was = std::count(before.personal.begin(), before.personal.end(), field) > 0;
        if (was) continue;
        findings.push_back(
            {after.name,
             false,
             field,
             "becomes personal: subscriptions without the grant do not get it any more",
             "grant it to those that need it: personal: true"}
        );
    }
}

}  // namespace

std::vector<Finding> compare(
    const ContractSource& before, const ContractSource& after, Compatibility wanted
) {
    std::vector<Finding> findings;
    compare_whole(before.contract, after.contract, findings);
    for (const auto& [name, type] : before.contract.types) {
        const MessageType* next = after.contract.type(name);
        const bool backward = wanted != Compatibility::kForward;
        const bool forward = wanted != Compatibility::kBackward;
        if (next == nullptr) {
            findings.push_back(
                {name,
                 backward,
                 "",
                 "is not in the contract any more",
                 "keep it, marked as deprecated, until nobody wants it and retention has taken it"}
            );
            continue;
        }
        const auto add = [&](bool back, const Json& writer, const Json& reader) {
            for (Incompatibility& one : incompatibilities(writer, reader)) {
                findings.push_back(
                    {name, back, std::move(one.path), std::move(one.what), std::move(one.fix)}
                );
            }
        };
        const std::vector<Stated> now = stated_by(after, *next);
        for (const Stated& old : stated_by(before, type)) {
            const Stated* same = now_of(old, now, !next->versions.empty());
            if (same == nullptr) findings.push_back(lost(name, old, backward));
            if (same != nullptr && backward) add(true, *old.schema, *same->schema);
            if (same != nullptr && forward) add(false, *same->schema, *old.schema);
        }
        if (forward) compare_personal(type, *next, findings);
    }
    return findings;
}

}  // namespace sluice::contract
