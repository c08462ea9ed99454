#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver::push {

/// A key that the receiver shares (Standard Webhooks 1.0.0: "whsec_" and the base64 of 24 to 64
/// random bytes). It is shown to nobody.
class Secret {
public:
    /// kInvalidArgument says what is not right, and nothing of the text.
    [[nodiscard]] static Result<Secret> parse(std::string_view text);

    [[nodiscard]] const std::string& key() const { return key_; }

    bool operator==(const Secret&) const = default;

private:
    explicit Secret(std::string key) : key_{std::move(key)} {}

    std::string key_;
};

/// The value of `webhook-signature`: for each secret, "v1," and the base64 of HMAC-SHA256 over
/// "id.seconds.body", parted by blanks; while secrets rotate a receiver takes the one that it
/// knows.
[[nodiscard]] std::string signatures(
    const std::vector<Secret>& secrets,
    std::string_view id,
    std::int64_t unix_seconds,
    std::string_view body
);

/// `webhook-id` of these events, the same on every attempt: of their sources and ids.
[[nodiscard]] std::string webhook_id(const std::vector<std::string_view>& parts);

}  // namespace sluice::deliver::push
