#include "sequence/dependencies.hpp"
#include "sequence/turn.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace sluice::sequence {

namespace {

constexpr std::size_t kNamesMax = 4;  ///< of a circle's events, named in its line

struct Line {
    std::string wanted;
    WaitingRoom::Orders askers;
};

/// What is missing, in the order in which it was asked for, and who asks.
std::vector<Line> lines_of(const Subject& subject) {
    std::vector<Line> lines;
    std::map<std::string, std::size_t> line_of;
    for (const WaitingEvent& event : subject.waiting) {
        for (const Need& missing : missing_of(subject, event)) {
            std::string wanted = text_of(subject, missing);
            const auto [at, fresh] = line_of.try_emplace(wanted, lines.size());
            if (fresh) lines.push_back(Line{std::move(wanted), {}});
            lines[at->second].askers.push_back(event.order);
        }
    }
    return lines;
}

std::string arrival_name(const Arrival& arrival) {
    if (arrival.number.has_value()) {
        return fmt::format("{} {}", arrival.source, arrival.number->value);
    }
    return fmt::format("{} id {}", arrival.source, arrival.id);
}

/// Who would still wait if everything that is missing were given up: they wait for one another, or
/// for those who do.
WaitingRoom::Orders in_circles(Subject copy) {
    const SequencerOptions options;
    Turn turn{options, copy, Instant{}, SweepId{}};
    turn.give_up_everything();
    WaitingRoom::Orders rest;
    for (const WaitingEvent& event : copy.waiting) rest.push_back(event.order);
    return rest;
}

}  // namespace

std::vector<Missing> Sequencer::missing(const Subject& subject) const {
    if (subject.waiting.empty()) return {};
    const std::vector<Line> lines = lines_of(subject);
    std::vector<Missing> answer;
    const WaitingRoom::Orders circle = in_circles(subject);
    if (!circle.empty()) {
        std::vector<std::string> names;
        for (std::size_t at = 0; at < std::min(circle.size(), kNamesMax); ++at) {
            names.push_back(arrival_name(subject.waiting.find(circle[at])->arrival));
        }
        answer.push_back(Missing{
            fmt::format("one another: {}", fmt::join(names, ", ")), circle.size(), /*cycle=*/true});
    }
    for (const Line& line : lines) {
        if (answer.size() == kMissingMax) break;
        answer.push_back(Missing{line.wanted, with_dependents(subject, line.askers).size(), false});
    }
    return answer;
}

}  // namespace sluice::sequence
