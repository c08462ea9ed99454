#include "daemon/config/version_advice.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace sluice::daemon {

namespace {

bool is_protected(const SubscriptionConfig& one, const contract::MessageType& type) {
    return !deliver::is_wanted(one.types, type.name) || type.versions.size() < 2 ||
           one.shape.versions.contains(type.name);
}

std::string text_of(const SubscriptionConfig& one, const contract::MessageType& type) {
    const std::uint32_t newest = type.versions.back().number;
    return fmt::format(
        "{} takes {}, which has the versions {} to {}, and asks for none: nothing protects it from "
        "the next one; say 'versions: {{{}: {}}}', or whichever it can read",
        one.name,
        type.name,
        type.versions.front().number,
        newest,
        type.name,
        newest
    );
}

}  // namespace

std::vector<contract::Advice> version_advice(
    const contract::Document& document, const Config& config, const contract::Contract& contract
) {
    std::vector<contract::Advice> all;
    for (std::size_t at = 0; at < config.subscriptions.size(); ++at) {
        const SubscriptionConfig& one = config.subscriptions[at];
        if (one.domain != contract.domain) continue;
        const std::string pointer = fmt::format("/subscriptions/{}", at);
        for (const auto& [name, type] : contract.types) {
            if (is_protected(one, type)) continue;
            const contract::Place place = document.place_of(pointer);
            all.push_back({"version-not-asked", document.line(place, pointer, text_of(one, type))});
        }
    }
    return all;
}

}  // namespace sluice::daemon
