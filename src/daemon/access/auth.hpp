#pragma once

#include "daemon/access/roles.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::daemon {

/// Who may call the API, as the configuration has it: of a token only its hash is known.
struct TokenConfig {
    std::string name;
    std::string hash;  ///< "sha256:…"
    std::vector<Grant> grants;
    std::uint32_t per_second{0};  ///< requests; 0: no limit
};

/// Lets in whoever has a token that may do what is asked. Without tokens everybody may do
/// everything, and the daemon listens on loopback only. A token is never kept, logged or shown.
/// Threads:  any.
/// Failure:  401: no token, or one that is not known; 403: it may not; 429: more than its rate.
class Auth {
public:
    explicit Auth(const std::vector<TokenConfig>& tokens);

    /// Whether anybody is asked at all.
    [[nodiscard]] bool is_on() const { return !by_hash_.empty(); }

    /// Why a request is not let in; nothing: it is.
    [[nodiscard]] std::optional<http::Response> refusal_of(const http::Request& request);

    /// Of the token that the request has; empty: none, or one that is not known.
    [[nodiscard]] std::string name_of(const http::Request& request) const;

private:
    /// A second's worth may come at once.
    struct Bucket {
        std::mutex mutex;
        double left{0};
        std::int64_t at_ms{0};
    };

    struct Known {
        TokenConfig token;
        std::unique_ptr<Bucket> bucket;
    };

    [[nodiscard]] static bool is_within_rate(const Known& known);

    std::map<std::string, Known, std::less<>> by_hash_;
};

}  // namespace sluice::daemon
