#pragma once

#include <sluice/service.hpp>

#include "commerce/money/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

/// A service's part in a domain. Settlement takes part in two, on one database.
struct ServicePart {
    std::string_view domain;
    std::string database;  ///< "<service>.sqlite"
    Service service;
    ServiceOf make{};  ///< for one whose read model can be rebuilt; empty: it shares its database
};

/// The nine services, each knowing nothing of the others.
[[nodiscard]] std::vector<ServicePart> all_services(const Policy& policy);

}  // namespace sluice::commerce
