#include "deliver/push/address_guard.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <system_error>

namespace sluice::deliver::push {

namespace {

constexpr unsigned kBits = 128;
constexpr unsigned kV4Bits = 32;
constexpr std::array<std::uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct NamedRange {
    std::string_view range;
    std::string_view what;
};

// The special-purpose address registries of IANA (RFC 6890 and what followed), and multicast.
constexpr NamedRange kNotPublic[]{
    {"0.0.0.0/8", "\"this\" network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by carriers"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local, where clouds keep their metadata"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "for protocols"},
    {"192.0.2.0/24", "for documentation"},
    {"192.88.99.0/24", "a relay of 6to4"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"2001::/23", "for protocols and tunnels"},
    {"2001:db8::/32", "for documentation"},
    {"2002::/16", "a tunnel (6to4)"},
    {"3fff::/20", "for documentation"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"ff00::/8", "multicast"},
    {"::1/128", "loopback"},
};
constexpr std::string_view kGlobalV6 = "2000::/3";  // the rest of IPv6 leads nowhere public

const std::vector<std::pair<IpRange, std::string_view>>& not_public() {
    static const auto ranges = [] {
        std::vector<std::pair<IpRange, std::string_view>> made;
        for (const auto& [text, what] : kNotPublic) {
            made.emplace_back(IpRange::parse(text).value(), what);
        }
        return made;
    }();
    return ranges;
}

/// Why it is not public; empty: it is.
std::string_view what_is(const IpAddress& address) {
    for (const auto& [range, what] : not_public()) {
        if (range.contains(address)) return what;
    }
    static const IpRange global = IpRange::parse(kGlobalV6).value();
    return address.is_v4() || global.contains(address) ? "" : "reserved";
}

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const std::uint8_t* at = bytes.data() + (v4 ? kV4Prefix.size() : 0);
    ::inet_ntop(v4 ? AF_INET : AF_INET6, at, text.data(), text.size());
    return text.data();
}

std::optional<IpAddress> IpAddress::parse(const std::string& text) {
    IpAddress address;
    if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
    if (::inet_pton(AF_INET, text.c_str(), address.bytes.data() + kV4Prefix.size()) == 1) {
        return address;
    }
    return std::nullopt;
}

bool IpRange::contains(const IpAddress& address) const {
    constexpr unsigned kByte = 8;
    const unsigned whole = prefix_bits / kByte;
    if (!std::equal(first.bytes.begin(), first.bytes.begin() + whole, address.bytes.begin())) {
        return false;
    }
    const unsigned rest = prefix_bits % kByte;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xffU << (kByte - rest));
    return ((first.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

Result<IpRange> IpRange::parse(std::string_view text) {
    const auto refused = [&](std::string_view why) {
        return Error{ErrorCode::kInvalidArgument, fmt::format("{}: {}", event::shown(text), why)};
    };
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(std::string{text.substr(0, slash)});
    if (!address) return refused("is no range of addresses, such as 10.0.0.0/8 or fd00::/8");
    const unsigned bits_max = address->is_v4() ? kV4Bits : kBits;
    unsigned bits = bits_max;
    if (slash != std::string_view::npos) {
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data() + slash + 1, end, bits);
        if (error != std::errc{} || at != end || bits > bits_max) {
            return refused(fmt::format("its prefix is not a number from 0 to {}", bits_max));
        }
    }
    const IpRange range{*address, bits + (kBits - bits_max)};
    for (unsigned bit = range.prefix_bits; bit < kBits; ++bit) {
        const unsigned left = address->bytes[bit / 8] >> (7 - bit % 8);
        if ((left & 1U) != 0) return refused("has bits behind its prefix; name its first address");
    }
    return range;
}

Status AddressGuard::check(const IpAddress& address) const {
    const std::string_view what = what_is(address);
    if (what.empty()) return ok();
    const bool allowed = std::any_of(allowed_.begin(), allowed_.end(), [&](const IpRange& range) {
        return range.contains(address);
    });
    if (allowed) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{} is not a public address ({}): if events are to go there, allow it in sluice.yaml, "
            "push: {{allow: [{}]}}",
            address.text(),
            what,
            address.text()
        )};
}

}  // namespace sluice::deliver::push
