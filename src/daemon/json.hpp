#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace sluice::daemon {

/// What answers are made of; members stay in the order in which they were put.
using Json = nlohmann::ordered_json;

/// On one line; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice::daemon
