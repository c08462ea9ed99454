#pragma once

#include <sluice/result.hpp>

#include "contract/document.hpp"
#include "contract/problems.hpp"
#include "daemon/render/json.hpp"

#include <string>
#include <string_view>

namespace sluice::daemon {

/// The two ways in which a definition is written: as CloudEvents' Subscriptions API has it (id,
/// sink, protocol, protocolsettings, config), or with the keys of sluice.yaml.
enum class Wording : std::uint8_t { kCloudEvents, kOurs };

/// A definition that somebody sent, JSON or YAML, with the keys of sluice.yaml.
struct Body {
    contract::Document document;
    Wording wording{Wording::kOurs};
};

/// kInvalidArgument: it is no mapping, or says in CloudEvents' words what they do not have.
[[nodiscard]] Result<Body> read_body(std::string_view text);

/// A problem of a reader of `document`, as whoever wrote the body understands it: with its line, or
/// with the names of the members that they used.
[[nodiscard]] std::string in_words_of(Wording wording, std::string line);

/// A definition with the keys of sluice.yaml, as CloudEvents' Subscriptions API shows it. Whatever
/// might be a secret is not shown.
[[nodiscard]] Json cloud_events_of(const Json& definition);

}  // namespace sluice::daemon
