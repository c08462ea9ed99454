#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::deliver::push {

/// Where events are posted.
struct Target {
    bool tls{false};
    std::string host;  ///< a name, or an address without brackets
    std::uint16_t port{};
    std::string path{"/"};  ///< with its query

    bool operator==(const Target&) const = default;

    /// The value of `Host`: without the port where it is the scheme's own.
    [[nodiscard]] std::string authority() const;

    /// For people: without the query, where some put what nobody shall read.
    [[nodiscard]] std::string text() const;
};

/// kInvalidArgument says what is not right about the address.
[[nodiscard]] Result<Target> parse_target(std::string_view url);

}  // namespace sluice::deliver::push
