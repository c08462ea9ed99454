#pragma once

#include <sluice/result.hpp>

#include "sim/history.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sim {

/// What a scenario expects at one moment: `after` actions have been carried out.
struct Expectation {
    std::size_t after{};
    std::size_t line{};                ///< of the file, for people
    std::string what;                  ///< ordered, waiting, handled, parked, backlog, aside, held
    std::string subject;               ///< "order-17"
    std::vector<std::string> details;  ///< event names ("a.made-1", "gap"), or a count
};

/// A history as a person reads and writes it: docs/contributing/scenarios.md has the words.
struct Story {
    std::string title;          ///< of the first line, "# scenario: …"
    bool needs_cluster{false};  ///< only the simulated broker can do what it asks for
    History history;
    std::vector<Expectation> expectations;
};

/// kInvalidArgument names the line, what is wrong and what is allowed.
[[nodiscard]] Result<Story> parse_story(std::string_view text);

/// A history in the same words, so that parsing it gives it back.
[[nodiscard]] std::string to_text(const History& history, std::string_view title);

/// The name that scenarios give an event: "a.made-2" is number 2 of /a, "c.done-p1" of parcel 1.
[[nodiscard]] std::string event_name(const EventSpec& event);

}  // namespace sluice::sim
