#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"

#include <string>

namespace sluice::commerce {

/// Writes the five files into the directory, which is made if need be, so that `load_raw` reads the
/// same data. Columns that the platform does not use (cities, instalments, comments) hold fixed
/// invented values. Failure: kIo with the file; files before it are written.
[[nodiscard]] Status write_raw(const RawData& data, const std::string& directory);

}  // namespace sluice::commerce
