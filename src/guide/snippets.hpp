#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::guide {

/// A piece of code to copy.
struct Snippet {
    std::string_view tool;      ///< "curl", "Java (Spring)"
    std::string_view language;  ///< for highlighting: "java"
    bool publishes{false};      ///< else it listens
    std::string text;
};

/// For one event type of a channel; `event` is a whole CloudEvents event, in JSON.
[[nodiscard]] std::vector<Snippet> snippets_of(
    std::string_view domain,
    std::string_view topic,
    std::string_view type,
    const nlohmann::json& event
);

}  // namespace sluice::guide
