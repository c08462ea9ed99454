#pragma once

#include "contract/node.hpp"
#include "event/json_cursor.hpp"
#include "project/data_value.hpp"
#include "project/field_tree.hpp"
#include "project/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::project {

/// What one field must be. Where its path has a `*`, one of the values must be all of it.
struct FieldTest {
    enum class Bound : std::uint8_t { kLess, kAtMost, kMore, kAtLeast };

    bool absent{false};  ///< exists: false
    std::vector<DataValue> one_of;
    std::optional<std::string> prefix;
    std::optional<std::string> suffix;
    std::vector<std::pair<Bound, JsonNumber>> bounds;

    [[nodiscard]] bool holds(event::JsonKind kind, std::string_view raw) const;
};

/// The filter dialect `urn:sluice:data`: compares fields of JSON data, which it reads once, as
/// bytes, for all of them.
/// Threads:  const; each caller has `found` of its own.
/// Failure:  data that is not JSON, or has a name that it asks for twice in one object: kUnjudged.
/// Limits:   64 fields.
class FieldFilter {
public:
    static constexpr std::string_view kDialect = "urn:sluice:data";
    static constexpr std::size_t kFieldsMax = 64;

    /// From a mapping of paths to conditions. Whatever is wrong lies in the problems; who finds any
    /// there uses none of it.
    [[nodiscard]] static std::optional<FieldFilter> load(const contract::Node& node);

    /// No data: all fields are absent.
    [[nodiscard]] Verdict judge(std::optional<std::string_view> data) const;

    [[nodiscard]] const std::vector<FieldPath>& paths() const { return paths_; }

private:
    FieldFilter(std::vector<FieldPath> paths, std::vector<FieldTest> tests)
        : paths_{std::move(paths)},
          tests_{std::move(tests)},
          tree_{field_tree(paths_)} {}

    std::vector<FieldPath> paths_;
    std::vector<FieldTest> tests_;  ///< by path
    FieldNode tree_;
};

}  // namespace sluice::project
