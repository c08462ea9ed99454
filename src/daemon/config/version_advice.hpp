#pragma once

#include "contract/document.hpp"
#include "contract/lint.hpp"
#include "daemon/config/config.hpp"

#include <vector>

namespace sluice::daemon {

/// Rule `version-not-asked`: of the contract's domain, each subscription and type that has several
/// versions of which it asks for none. It gets every event as it was published, and will get
/// versions that nobody has thought of yet. `document` is the configuration's file.
[[nodiscard]] std::vector<contract::Advice> version_advice(
    const contract::Document& document, const Config& config, const contract::Contract& contract
);

}  // namespace sluice::daemon
