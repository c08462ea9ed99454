#pragma once

#include "project/cesql_value.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace sluice::project::cesql {

/// A built-in function (sections 3.5 and 3.7).
struct Function {
    static constexpr std::size_t kAnyCount = static_cast<std::size_t>(-1);

    std::string_view name;  ///< in capitals
    std::size_t least{};    ///< arguments
    std::size_t most{};
    std::array<Type, 3> takes{};  ///< the last one stands for all behind it
    bool takes_any{false};        ///< its argument is not cast before
    Type gives{Type::kBoolean};
    Outcome (*call)(std::span<const Value> arguments, Scratch& scratch){nullptr};

    [[nodiscard]] Type type_of_argument(std::size_t index) const {
        return takes[index < takes.size() ? index : takes.size() - 1];
    }
};

/// By name, in capitals, and number of arguments; null: there is none.
[[nodiscard]] const Function* find_function(std::string_view name, std::size_t arguments);

/// Whether some function has the name, whatever its arguments.
[[nodiscard]] bool is_function(std::string_view name);

/// All names, for messages.
[[nodiscard]] std::span<const Function> functions();

}  // namespace sluice::project::cesql
