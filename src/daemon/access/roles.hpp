#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::daemon {

enum class Role : std::uint8_t {
    kPublish,    ///< events
    kSubscribe,  ///< one subscription's pull, by its name; "*": any
    kView,       ///< everything that is only looked at
    kOperate,    ///< operators' verbs, and what `kView` has
    kAdmin,      ///< all of it
};

struct Grant {
    Role role{Role::kView};
    std::string name{};  ///< kSubscribe

    bool operator==(const Grant&) const = default;

    /// "subscribe billing".
    [[nodiscard]] std::string text() const;
};

/// "publish", "subscribe NAME", "view", "operate", "admin". kInvalidArgument says which there are.
[[nodiscard]] Result<Grant> parse_grant(std::string_view text);

/// What a request to the API needs.
[[nodiscard]] Grant grant_needed(std::string_view method, std::string_view path);

/// What lets a request in as well: who takes a subscription's events may see states as it has them
/// cut. Nothing: there is no other.
[[nodiscard]] std::optional<Grant> grant_instead(
    std::string_view method, std::string_view path, std::string_view projection
);

[[nodiscard]] bool allows(std::span<const Grant> granted, const Grant& needed);

}  // namespace sluice::daemon
