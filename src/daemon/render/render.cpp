#include "daemon/render/render.hpp"

#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sluice::daemon {

namespace {

std::string cell(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return "-";
    if (found->is_string()) return found->get<std::string>();
    return to_text(*found);
}

std::string sequencer_of(const Json& domain) {
    const auto verdict = domain.find("sequencer");
    if (verdict != domain.end() && verdict->is_null()) {
        return "no sequencer: its topic is in order already";
    }
    return fmt::format(
        "sequencer {}; {} of {} waiting, {} aside",
        printable(cell(domain, "sequencer")),
        counted(domain.value("waiting_events", 0LL), "event"),
        counted(domain.value("waiting_subjects", 0LL), "subject"),
        counted(domain.value("aside", 0LL), "record")
    );
}

std::string render_domain(const Json& domain) {
    std::string text = fmt::format(
        "domain {}: {}, {}\n",
        printable(cell(domain, "domain")),
        domain.value("idle", false) ? "idle" : "busy",
        sequencer_of(domain)
    );
    for (const Json& gap : domain.value("shared_gaps", Json::array())) {
        text += fmt::format(
            "  {} wait for {}: is a channel missing from the contract?\n",
            counted(gap.value("subjects", 0LL), "subject"),
            printable(cell(gap, "wanted"))
        );
    }
    Table topics{{"  topic", ">records", ">unread"}};
    for (const char* part : {"channels", "repartition", "ordered"}) {
        const Json list = domain.value(part, Json::array());
        for (const Json& topic : list) {
            const bool is_ordered = std::string_view{part} == "ordered";
            topics.add(
                {"  " + cell(topic, "topic"),
                 cell(topic, "records"),
                 is_ordered ? "-" : cell(topic, "unread")}
            );
        }
    }
    text += topics.text();
    Table subscriptions{
        {"  subscription", "status", ">behind", ">parked", ">retrying", ">backlog events"}};
    for (const Json& one : domain.value("subscriptions", Json::array())) {
        subscriptions.add(
            {"  " + cell(one, "name"),
             cell(one, "status"),
             cell(one, "behind"),
             cell(one, "parked"),
             cell(one, "retrying"),
             cell(one, "backlog_events")}
        );
    }
    if (!subscriptions.empty()) text += subscriptions.text();
    for (const Json& one : domain.value("subscriptions", Json::array())) {
        if (!one.contains("stands")) continue;
        text += fmt::format(
            "  {} stands: {}\n", printable(cell(one, "name")), printable(cell(one, "stands"))
        );
    }
    return text;
}

}  // namespace

std::string render_status(const Json& status) {
    std::string text;
    for (const Json& domain : status.value("domains", Json::array())) {
        text += fmt::format("{}{}", text.empty() ? "" : "\n", render_domain(domain));
    }
    return text.empty() ? "no domain yet: no daemon has run on this directory\n" : text;
}

std::string render_topics(const Json& topics) {
    Table table{{"topic", ">partitions", ">records"}};
    for (const Json& topic : topics.value("topics", Json::array())) {
        table.add({cell(topic, "name"), cell(topic, "partitions"), cell(topic, "records")});
    }
    return table.text();
}

Table stuck_table(const Json& page) {
    Table table{{"domain", "cause", "subject", "subscription", "since", ">behind", "reason"}};
    for (const Json& one : page.value("stuck", Json::array())) {
        table.add(
            {cell(one, "domain"),
             cell(one, "cause"),
             cell(one, "subject"),
             cell(one, "subscription"),
             cell(one, "since"),
             cell(one, "behind"),
             cell(one, "reason")}
        );
    }
    return table;
}

std::string what_to_do(const std::set<std::string>& causes) {
    struct Hint {
        const char* cause;
        const char* text;
    };

    constexpr std::array kHints{
        Hint{"gap", "goes when what is missing comes; or: sluice skip, release, adopt"},
        Hint{"parked-gap", "goes when what is missing comes; or: sluice skip, release, adopt"},
        Hint{"waiting", "goes when what it waits for has gone"},
        Hint{"cycle", "moves when you choose: sluice release, drop"},
        Hint{"conflict", "moves when you choose: sluice show, settle"},
        Hint{"invalid", "moves when you choose: sluice show, repair, release, drop"},
        Hint{"flooded", "publish again what went aside; or: sluice take-back, unflood"},
        Hint{"parked", "moves when you choose: sluice show, try, redrive, edit, skip -S"},
        Hint{"hole", "find out why first; then: sluice redrive, skip -S"},
        Hint{"retrying", "is tried again by itself; sluice why says when"},
        Hint{"paused", "moves when you choose: sluice resume"},
        Hint{"breaker", "is tried again by itself; mend the target"},
        Hint{"definition", "goes on when its definition fits: sluice subscription show, update"},
        Hint{"aside", "stays there until you choose: sluice show, take-back, repair"}};
    std::string text;
    for (const Hint& hint : kHints) {
        if (causes.contains(hint.cause)) text += fmt::format("{}: {}\n", hint.cause, hint.text);
    }
    return text;
}

Table record_table(std::span<const std::string> lines) {
    Table table{
        {">partition",
         ">offset",
         "subject",
         ">position",
         "type",
         "time",
         "source",
         ">number",
         "id"}};
    for (const std::string& line : lines) {
        const Json one = Json::parse(line, nullptr, false);
        const bool is_event = !one.contains("problem");
        table.add(
            {cell(one, "partition"),
             cell(one, "offset"),
             is_event ? cell(one, "subject") : cell(one, "key"),
             cell(one, "subjectposition"),
             is_event ? cell(one, "type") : cell(one, "problem"),
             cell(one, "time"),
             cell(one, "source"),
             cell(one, "sourcesequence"),
             cell(one, "id")}
        );
    }
    return table;
}

}  // namespace sluice::daemon
