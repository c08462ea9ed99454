#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::daemon {

struct Address {
    std::string host{"127.0.0.1"};
    std::uint16_t port{0};  ///< 0: any free one

    bool operator==(const Address&) const = default;

    /// "127.0.0.1:8480".
    [[nodiscard]] std::string text() const;
};

/// "127.0.0.1:8480", "localhost:0", "::1:8480"; nothing for any other form.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

}  // namespace sluice::daemon
