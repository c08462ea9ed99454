#pragma once

#include <sluice/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver::push {

/// Of either family; an IPv4 address as the IPv6 address that stands for it (::ffff:a.b.c.d).
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool operator==(const IpAddress&) const = default;

    [[nodiscard]] bool is_v4() const;

    [[nodiscard]] std::string text() const;

    /// Nothing: it is no address, but maybe a name.
    [[nodiscard]] static std::optional<IpAddress> parse(const std::string& text);
};

/// "10.0.0.0/8", "fd00::/8", or one address.
struct IpRange {
    IpAddress first;
    unsigned prefix_bits{};  ///< of the 128

    bool operator==(const IpRange&) const = default;

    [[nodiscard]] bool contains(const IpAddress& address) const;

    /// kInvalidArgument: it is no range, or has bits behind its prefix.
    [[nodiscard]] static Result<IpRange> parse(std::string_view text);
};

/// Which addresses events may go to: public ones, and those that the operator allows. Whoever may
/// write a target must not reach what only this machine reaches: its own services, the private
/// network, a cloud's metadata (server-side request forgery).
/// Threads:  any, once it is made.
class AddressGuard {
public:
    AddressGuard() = default;

    explicit AddressGuard(std::vector<IpRange> allowed) : allowed_{std::move(allowed)} {}

    /// kInvalidArgument names the address, what it is, and the setting that would allow it.
    [[nodiscard]] Status check(const IpAddress& address) const;

private:
    std::vector<IpRange> allowed_;
};

}  // namespace sluice::deliver::push
