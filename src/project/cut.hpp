#pragma once

#include <sluice/result.hpp>

#include "project/field_tree.hpp"

#include <string>
#include <string_view>

namespace sluice::project {

/// JSON data with those fields alone: read once, from bytes to bytes, no tree built. A kept value
/// has its very bytes; objects and lists on the way to it stay, empty where nothing in them is
/// kept, so that a list keeps its length. Single elements of a list (`/lines/0`) come without the
/// others. What is not there is not missed. A name that is there twice stays twice.
/// Failure:  kInvalidEvent: "data: byte 7: …"; or neither object nor list, of which nothing is
///           kept.
[[nodiscard]] Result<std::string> keep_fields(std::string_view data, const FieldNode& fields);

/// JSON data without those fields: all else has its very bytes. An element of a list is taken out.
/// Failure: kInvalidEvent when it is not JSON.
[[nodiscard]] Result<std::string> drop_fields(std::string_view data, const FieldNode& fields);

}  // namespace sluice::project
