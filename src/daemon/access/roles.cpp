#include "daemon/access/roles.hpp"

#include "base/assert.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::daemon {

namespace {

constexpr std::string_view kSubscribeWord = "subscribe ";
constexpr std::string_view kPullPath = "/v1/subscriptions/";
constexpr std::string_view kSnapshotPath = "/v1/snapshots/";
constexpr std::string_view kSagaPath = "/v1/sagas/";

std::string_view word_for(Role role) {
    switch (role) {
        case Role::kPublish: return "publish";
        case Role::kSubscribe: return "subscribe";
        case Role::kView: return "view";
        case Role::kOperate: return "operate";
        case Role::kAdmin: return "admin";
    }
    SLUICE_UNREACHABLE();
}

bool covers(const Grant& granted, const Grant& needed) {
    switch (granted.role) {
        case Role::kAdmin: return true;
        case Role::kOperate: return needed.role == Role::kOperate || needed.role == Role::kView;
        case Role::kSubscribe:
            return needed.role == Role::kSubscribe &&
                   (granted.name == "*" || granted.name == needed.name);
        case Role::kPublish:
        case Role::kView: return needed.role == granted.role;
    }
    SLUICE_UNREACHABLE();
}

}  // namespace

std::string Grant::text() const {
    return role == Role::kSubscribe ? fmt::format("subscribe {}", name)
                                    : std::string{word_for(role)};
}

Result<Grant> parse_grant(std::string_view text) {
    for (const Role role : {Role::kPublish, Role::kView, Role::kOperate, Role::kAdmin}) {
        if (text == word_for(role)) return Grant{role};
    }
    const std::string_view name = text.substr(std::min(kSubscribeWord.size(), text.size()));
    if (text.starts_with(kSubscribeWord) && !name.empty() &&
        name.find(' ') == std::string_view::npos) {
        return Grant{Role::kSubscribe, std::string{name}};
    }
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{} is no role; there are: publish, subscribe NAME, view, operate, admin",
            event::shown(text)
        )};
}

/// Whatever is not known to need less is the administrator's.
Grant grant_needed(std::string_view method, std::string_view path) {
    if (method == "POST" && path.starts_with(kPullPath)) {
        const std::string_view rest = path.substr(kPullPath.size());
        return {Role::kSubscribe, std::string{rest.substr(0, rest.find('/'))}};
    }
    if (method == "GET" || method == "HEAD" || method == "OPTIONS") return {Role::kView};
    if (method == "POST" && path == "/v1/commands") return {Role::kOperate};
    if (method == "POST" && path.starts_with(kSagaPath)) {
        const bool is_verb = path.substr(kSagaPath.size()).find('/') != std::string_view::npos;
        return {is_verb ? Role::kOperate : Role::kPublish};
    }
    if (method == "POST" && path == "/v1/saga-answers") return {Role::kPublish};
    const bool is_events =
        path == "/v1/events" || (path.starts_with("/v1/domains/") && path.ends_with("/events"));
    if (method == "POST" && is_events) return {Role::kPublish};
    return {Role::kAdmin};
}

std::optional<Grant> grant_instead(
    std::string_view method, std::string_view path, std::string_view projection
) {
    const bool is_state = method == "GET" && path.starts_with(kSnapshotPath);
    if (!is_state || projection.empty()) return std::nullopt;
    return Grant{Role::kSubscribe, std::string{projection}};
}

bool allows(std::span<const Grant> granted, const Grant& needed) {
    return std::any_of(granted.begin(), granted.end(), [&](const Grant& one) {
        return covers(one, needed);
    });
}

}  // namespace sluice::daemon
