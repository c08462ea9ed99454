#pragma once

#include "contract/node.hpp"
#include "daemon/config/trace_config.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace sluice::daemon {

/// A value that may come from elsewhere, {env: NAME} or {file: PATH}, and is a secret then.
struct SecretValue {
    std::string text;
    bool secret{false};
};

/// Nothing: the problem has been told. Files are looked for from `directory`.
[[nodiscard]] std::optional<SecretValue> read_secret_value(
    const contract::Node& node,
    const std::filesystem::path& directory,
    const Environment& environment
);

}  // namespace sluice::daemon
