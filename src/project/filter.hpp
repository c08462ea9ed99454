#pragma once

#include "contract/node.hpp"
#include "event/record.hpp"
#include "project/cesql.hpp"
#include "project/field_filter.hpp"
#include "project/verdict.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::project {

/// A subscription's filter: the dialects of the CloudEvents Subscriptions API (exact, prefix,
/// suffix, all, any, not, sql) and `urn:sluice:data` over fields of the data.
/// A part that fails gives kUnjudged, which `not` leaves as it is, `all` lets a part that says no
/// decide, and `any` one that says yes.
/// Threads:  const; share it. Each caller has a Scratch of its own.
/// Failure:  a wrong one is refused when it is loaded, with its place; judging never fails.
class Filter {
public:
    /// The list behind `filters:`, all of which must pass; an empty one passes everything. Whatever
    /// is wrong lies in the problems; who finds any there uses none of it.
    [[nodiscard]] static std::optional<Filter> load(const contract::Node& filters);

    /// Of a record in binary mode, as the ordered topic has them; any other is kUnjudged.
    [[nodiscard]] Verdict judge(const Record& record, cesql::Scratch& scratch) const;

    /// The fields of the data that it reads.
    [[nodiscard]] std::vector<std::string> fields() const;

private:
    friend class FilterLoader;

    enum class Match : std::uint8_t { kExact, kPrefix, kSuffix };

    struct AttributeTest {
        Match match;
        std::vector<std::pair<std::string, std::string>> pairs;
    };

    struct All {
        std::vector<Filter> parts;
    };

    struct Any {
        std::vector<Filter> parts;
    };

    struct Not {
        std::vector<Filter> part;  ///< one
    };

    using Form = std::variant<All, Any, Not, AttributeTest, Cesql, FieldFilter>;

    struct Asked;

    explicit Filter(Form form) : form_{std::move(form)} {}

    [[nodiscard]] Verdict judge(const Asked& asked) const;
    [[nodiscard]] static Verdict judge_pairs(const AttributeTest& test, const Asked& asked);
    [[nodiscard]] static Verdict judge_data(const FieldFilter& test, const Asked& asked);
    void collect_fields(std::vector<std::string>& fields) const;

    Form form_;
};

}  // namespace sluice::project
