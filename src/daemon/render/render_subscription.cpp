#include "daemon/render/render_subscription.hpp"

#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::daemon {

namespace {

/// Members of a definition, in the order in which they are shown.
constexpr std::array kOfDefinition{
    "domain", "types", "filters", "protocol", "sink", "protocolsettings", "config"};

std::string target_of(const Json& one) {
    const Json settings = one.value("protocolsettings", Json::object());
    if (one.contains("sink")) return text_of(one, "sink");
    if (settings.contains("topicname")) return text_of(settings, "topicname");
    if (settings.contains("file")) return text_of(settings, "file");
    return "-";
}

std::string line_of(const char* name, const Json& json) {
    return fmt::format("  {}: {}\n", name, printable(text_of(json, name)));
}

}  // namespace

std::string render_subscriptions(const Json& answer) {
    const Json all = answer.value("subscriptions", Json::array());
    if (all.empty()) return "no subscriptions\n";
    Table table{{"name", "domain", "from", "protocol", "to", "state", "changed", "problem"}};
    for (const Json& one : all) {
        table.add(
            {text_of(one, "id"),
             text_of(one, "domain"),
             text_of(one, "origin"),
             text_of(one, "protocol"),
             target_of(one),
             text_of(one, "state"),
             text_of(one, "changed"),
             text_of(one, "problem")}
        );
    }
    return table.text();
}

std::string render_subscription(const Json& one) {
    std::string text = fmt::format(
        "{}: from {}, {}\n",
        printable(text_of(one, "id")),
        text_of(one, "origin") == "file" ? "sluice.yaml" : "the API",
        text_of(one, "state")
    );
    if (one.contains("problem")) text += line_of("problem", one);
    for (const char* name : kOfDefinition) {
        if (one.contains(name)) text += line_of(name, one);
    }
    for (const char* name : {"created", "changed", "by", "reason"}) {
        if (!text_of(one, name).empty() && one.contains(name)) text += line_of(name, one);
    }
    return text;
}

std::string render_creation(const Json& checked) {
    std::string text =
        fmt::format("makes the subscription {}\n", printable(text_of(checked, "id")));
    for (const char* name : kOfDefinition) {
        if (checked.contains(name)) text += line_of(name, checked);
    }
    return text;
}

std::string render_replacement(const Json& before, const Json& checked) {
    std::string text =
        fmt::format("changes the subscription {}\n", printable(text_of(checked, "id")));
    bool differs = false;
    for (const char* name : kOfDefinition) {
        const std::string was = text_of(before, name);
        const std::string now = text_of(checked, name);
        if (was == now) continue;
        differs = true;
        text += fmt::format("  {}: {} -> {}\n", name, printable(was), printable(now));
    }
    return differs ? text : text + "  nothing differs\n";
}

std::string render_deletion(const Json& answer) {
    const bool done = answer.value("deleted", false);
    return fmt::format(
        "{} the subscription {} of domain {}; with it {} its progress ({}), {} and {}\n",
        done ? "deleted" : "deletes",
        printable(text_of(answer, "id")),
        printable(text_of(answer, "domain")),
        done ? "went" : "goes",
        counted(number_of(answer, "behind"), "event") + " behind",
        counted(number_of(answer, "parked"), "parked subject"),
        counted(number_of(answer, "backlog_events"), "event") + " in backlogs"
    );
}

}  // namespace sluice::daemon
