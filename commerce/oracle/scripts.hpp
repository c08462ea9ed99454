#pragma once

#include <array>
#include <string_view>

namespace sluice::commerce::oracle {

/// The files of sql/, built into the program.
struct Script {
    std::string_view name;
    std::string_view sql;
};

/// In the order in which they run. `staging` comes first and is followed by loading the files.
[[nodiscard]] const std::array<Script, 14>& scripts() noexcept;

/// The named query of docs/commerce/read-models.md.
[[nodiscard]] std::string_view control_total_sql() noexcept;

}  // namespace sluice::commerce::oracle
