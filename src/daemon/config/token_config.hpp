#pragma once

#include "contract/node.hpp"
#include "daemon/access/auth.hpp"

#include <vector>

namespace sluice::daemon {

/// `auth` of sluice.yaml: who may call the API. Whatever is wrong lies in the problems, and says
/// nothing of a token that stands where its hash should.
[[nodiscard]] std::vector<TokenConfig> read_tokens(const contract::Node& node);

}  // namespace sluice::daemon
