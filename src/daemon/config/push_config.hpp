#pragma once

#include "contract/node.hpp"
#include "daemon/config/trace_config.hpp"
#include "deliver/push/push_sink.hpp"

#include <filesystem>

namespace sluice::daemon {

/// `push` of sluice.yaml: which addresses events may be posted to, beside public ones.
[[nodiscard]] deliver::push::AddressGuard read_push_guard(const contract::Node& node);

/// `sink` of a subscription: an HTTP endpoint. Whatever is wrong lies in the problems; an address
/// that the guard refuses is. Who is meant by a name is looked up later.
[[nodiscard]] deliver::push::PushOptions read_push_sink(
    const contract::Node& node,
    const deliver::push::AddressGuard& guard,
    const std::filesystem::path& directory,
    const Environment& environment
);

}  // namespace sluice::daemon
