#pragma once

#include <sluice/result.hpp>

#include "cast/route.hpp"
#include "deliver/sink.hpp"
#include "project/jq_programs.hpp"

#include <memory>
#include <string>

namespace sluice::runtime {

/// What a service's events are cast by.
struct ServiceCasts {
    std::shared_ptr<const contract::Contract> contract;  ///< of its domain; null: there is none
    project::JqPrograms::Options programs;
};

/// A service's sink that sees nothing but these versions: it stands behind a ShapedSink. Where none
/// is asked for, or there is no contract, it is the sink itself.
/// kBadConfig: why a version cannot be had, or that the service has no handler of the type.
/// kUnavailable: the worker cannot be started.
[[nodiscard]] Result<std::unique_ptr<deliver::Sink>> in_versions(
    std::unique_ptr<deliver::Sink> sink, const cast::Asked& asked, const ServiceCasts& casts
);

}  // namespace sluice::runtime
