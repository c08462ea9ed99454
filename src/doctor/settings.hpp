#pragma once

#include "log/kafka/survey/facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::doctor {

/// A setting of a broker or topic; nothing: it was not told.
[[nodiscard]] std::optional<std::string> setting(
    const log::kafka::Settings& settings, std::string_view name
);

/// … as a whole number; nothing as well if it is none.
[[nodiscard]] std::optional<std::int64_t> number(
    const log::kafka::Settings& settings, std::string_view name
);

}  // namespace sluice::doctor
