#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sluice::project::cesql {

/// The types of CESQL 1.0, section 3.1: the alternatives of a Value, in its order.
enum class Type : std::uint8_t { kString, kInteger, kBoolean };

/// Lifetime: a text points into the expression, the event or the Scratch of the evaluation.
using Value = std::variant<std::string_view, std::int32_t, bool>;

/// What can go wrong while an expression is evaluated (section 3.3). Parse errors are found before.
enum class Fault : std::uint8_t {
    kNone,
    kMath,
    kCast,
    kMissingAttribute,
    kMissingFunction,
    kFunctionEvaluation,
    kGeneric,
};

/// What an expression gives: always a value, and the first error on the way to it.
struct Outcome {
    Value value{false};
    Fault fault{Fault::kNone};

    bool operator==(const Outcome&) const = default;
};

[[nodiscard]] Type type_of(const Value& value);

/// "", 0, false.
[[nodiscard]] Value zero_of(Type type);

[[nodiscard]] std::string_view to_string(Type type);

/// For people: "the attribute is missing".
[[nodiscard]] std::string_view to_string(Fault fault);

/// The texts that one evaluation makes; the buffers stay for the next, so that after a while
/// nothing is allocated.
/// Threads: one. Limits: `kBytesMax` for all texts of one evaluation.
class Scratch {
public:
    static constexpr std::size_t kBytesMax = std::size_t{4} << 20;

    /// What it handed out is void from here on.
    void clear();

    /// An empty text, to become `bytes` long at most; null when that is too much.
    [[nodiscard]] std::string* text(std::size_t bytes);

private:
    std::deque<std::string> texts_;  // a deque: they must not move
    std::size_t used_{0};
    std::size_t bytes_{0};
};

/// Section 3.7. A value that cannot be cast becomes the zero of the type, and a fault.
[[nodiscard]] Outcome cast(const Value& value, Type type, Scratch& scratch);

}  // namespace sluice::project::cesql
