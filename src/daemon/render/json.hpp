#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace sluice::daemon {

/// What answers are made of; members stay in the order in which they were put.
using Json = nlohmann::ordered_json;

/// On one line; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A member as a person reads it; "-" when it is not there.
[[nodiscard]] inline std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return "-";
    return found->is_string() ? found->get<std::string>() : to_text(*found);
}

/// 0 when it is not there, or is no whole number.
[[nodiscard]] inline std::int64_t number_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace sluice::daemon
