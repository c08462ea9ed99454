#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace sluice::commerce::test {

/// Where the real files are: $SLUICE_SHARED/data/olist, or ../shared beside the sources; nothing if
/// they are not there (the tests that need them skip).
inline std::optional<std::string> real_data() {
    namespace fs = std::filesystem;
    const char* shared =
        std::getenv("SLUICE_SHARED");  // NOLINT(concurrency-mt-unsafe): nothing writes it
    const fs::path beside = fs::path{__FILE__}.parent_path() / "../../../shared";
    const fs::path data = (shared != nullptr ? fs::path{shared} : beside) / "data" / "olist";
    if (!fs::exists(data / "olist_orders_dataset.csv")) return std::nullopt;
    return data.string();
}

}  // namespace sluice::commerce::test
