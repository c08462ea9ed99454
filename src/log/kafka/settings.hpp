#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// What is wrong with one of librdkafka's settings: it has none of this name, or does not take this
/// value, or Sluice sets it itself, since order or fencing rest on it. Nothing when it is fine. A
/// secret's value is never in the answer.
[[nodiscard]] std::optional<std::string> wrong_with_setting(
    const std::string& name, const std::string& value
);

/// "2.0.2": of the librdkafka that is loaded.
[[nodiscard]] std::string client_version();

}  // namespace sluice::log::kafka
