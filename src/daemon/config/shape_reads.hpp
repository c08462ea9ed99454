#pragma once

#include "daemon/config/shape_config.hpp"

#include <string_view>

namespace sluice::daemon {

/// Whether it is that field or lies in it.
[[nodiscard]] bool lies_within(const project::FieldPath& path, const project::FieldPath& field);

/// The fields that a filter reads.
[[nodiscard]] std::vector<project::FieldPath> fields_of(const project::Filter& filter);

/// Whether a subscription can see that place in the data: it keeps or filters by it, or something
/// above or below it. The empty path is all of it.
[[nodiscard]] bool reads(const ShapeConfig& shape, std::string_view path);

}  // namespace sluice::daemon
