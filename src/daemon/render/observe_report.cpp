#include "daemon/render/observe_report.hpp"

#include "contract/units.hpp"
#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::daemon {

namespace {

using observe::ChannelSeen;
using observe::Observation;
using observe::Tally;

Json json_of(const Tally& tally) {
    return {{"subjects", tally.subjects}, {"events", tally.events}};
}

Json json_of(const ChannelSeen& seen) {
    return {
        {"topic", seen.topic},
        {"lag_ms", seen.lag.count()},
        {"there", seen.there},
        {"partitions", seen.partitions},
        {"partitions_cut", seen.cut},
        {"events", seen.events},
        {"unreadable", seen.unreadable},
        {"foreign", seen.foreign}};
}

bool has_lag(const Observation& seen) {
    return std::any_of(seen.channels.begin(), seen.channels.end(), [](const ChannelSeen& one) {
        return one.lag > Milliseconds{0};
    });
}

std::string share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0
               ? "-"
               : fmt::format(
                     "{:.2f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole)
                 );
}

std::string pairs_of(const Observation& seen, bool lag) {
    if (seen.counts.pairs.empty()) {
        return "no two events of a subject depend on each other: numbers, stamps or rules (after:) "
               "say what does\n";
    }
    std::vector<std::string> heads{"BELONGS IN FRONT", "MET TOO EARLY", ">SUBJECTS", ">NOW", ">"};
    if (lag) heads.insert(heads.end(), {">WITH THE LAG", ">"});
    Table table{heads};
    for (const observe::Pair& pair : seen.counts.pairs) {
        std::vector<std::string> row{
            pair.first,
            pair.then,
            fmt::to_string(pair.subjects),
            fmt::to_string(pair.now.subjects),
            share(pair.now.subjects, pair.subjects)};
        if (lag) {
            row.push_back(fmt::to_string(pair.lagging.subjects));
            row.push_back(share(pair.lagging.subjects, pair.subjects));
        }
        table.add(std::move(row));
    }
    return table.text();
}

std::string worst_of(const Observation& seen) {
    if (seen.counts.worst.empty()) return "";
    std::string text = "\nworst:\n";
    for (const observe::Worst& one : seen.counts.worst) {
        text += fmt::format(
            "  {}: {} was met {} before {} ({} met too early)\n",
            printable(one.subject),
            one.then,
            contract::write_duration(one.early),
            one.first,
            counted(static_cast<std::int64_t>(one.events), "event")
        );
    }
    return text;
}

std::string missing_of(const Observation& seen) {
    std::string text;
    const auto tell = [&text](const std::string& line) { text += "  " + line + "\n"; };
    if (seen.counts.begin_before > 0) {
        tell(fmt::format(
            "{}: something that their events depend on came before it, or never",
            counted(static_cast<std::int64_t>(seen.counts.begin_before), "subject")
        ));
    }
    for (const ChannelSeen& one : seen.channels) {
        if (!one.there) tell(one.topic + ": no such topic");
        if (one.cut > 0) {
            tell(fmt::format(
                "{}: the beginning of {} of {} partitions is gone",
                one.topic,
                one.cut,
                one.partitions
            ));
        }
        if (one.unreadable == 0) continue;
        tell(fmt::format(
            "{}: {} could not be read; the first: {}",
            one.topic,
            counted(static_cast<std::int64_t>(one.unreadable), "record"),
            printable(one.reason)
        ));
    }
    if (seen.full) {
        tell(fmt::format("what came after {} events: look at less (--since)", seen.counts.events));
    }
    return text.empty() ? text : "\nnot in the window:\n" + text;
}

}  // namespace

Json observation_json(const Observation& seen) {
    Json pairs = Json::array();
    for (const observe::Pair& pair : seen.counts.pairs) {
        pairs.push_back(
            {{"first", pair.first},
             {"then", pair.then},
             {"subjects", pair.subjects},
             {"now", json_of(pair.now)},
             {"with_lag", json_of(pair.lagging)}}
        );
    }
    Json worst = Json::array();
    for (const observe::Worst& one : seen.counts.worst) {
        worst.push_back(
            {{"subject", one.subject},
             {"first", one.first},
             {"then", one.then},
             {"early_ms", one.early.count()},
             {"events", one.events}}
        );
    }
    Json channels = Json::array();
    for (const ChannelSeen& one : seen.channels) channels.push_back(json_of(one));
    return {
        {"since", to_rfc3339(seen.since)},
        {"until", to_rfc3339(seen.until)},
        {"events", seen.counts.events},
        {"subjects", seen.counts.subjects},
        {"begin_before", seen.counts.begin_before},
        {"full", seen.full},
        {"now", json_of(seen.counts.now)},
        {"with_lag", json_of(seen.counts.lagging)},
        {"pairs", std::move(pairs)},
        {"worst", std::move(worst)},
        {"channels", std::move(channels)}};
}

std::string render_observation(const Observation& seen) {
    const bool lag = has_lag(seen);
    std::string text = fmt::format(
        "{} to {}: {} of {}\n",
        to_rfc3339(seen.since),
        to_rfc3339(seen.until),
        counted(static_cast<std::int64_t>(seen.counts.events), "event"),
        counted(static_cast<std::int64_t>(seen.counts.subjects), "subject")
    );
    for (const ChannelSeen& one : seen.channels) {
        if (one.lag > Milliseconds{0})
            text += fmt::format("lag: {} {}\n", one.topic, contract::write_duration(one.lag));
    }
    text += "\n" + pairs_of(seen, lag);
    text += fmt::format(
        "\na plain consumer would have met {} in the wrong order{}\n",
        counted(static_cast<std::int64_t>(seen.counts.now.subjects), "subject"),
        lag ? fmt::format(", and {} with the lag", seen.counts.lagging.subjects) : ""
    );
    return text + worst_of(seen) + missing_of(seen);
}

}  // namespace sluice::daemon
