#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"
#include "project/field_tree.hpp"
#include "project/filter.hpp"
#include "project/jq_program.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::deliver {

/// By event type: fields of the data that a subscription does not get.
using WithheldFields = std::map<std::string, project::FieldNode, std::less<>>;

/// What a subscription asks for of each event, beside its type, and what it may not have. Parts are
/// shared with the configuration; null: none.
struct Shape {
    std::shared_ptr<const project::Filter> filter;
    std::shared_ptr<const WithheldFields> withheld;
    std::shared_ptr<const project::FieldNode> keep;
    std::string jq;  ///< a program; empty: none
};

/// Cuts the data of events to a subscription's shape: what is withheld goes first, then `keep`
/// chooses, then the jq program makes of it what it will. Key and headers stay as they are.
/// Threads:  one at a time.
/// Failure:  an event whose data cannot be cut has a failure for an answer; `cut` fails as a whole
///           when the jq program cannot be run at all.
class Shaper {
public:
    struct Cut {
        std::optional<Record> record;  ///< none: it stays as it is
        std::optional<Error> failure;
    };

    /// kBadConfig: the jq program is wrong. kUnavailable: it cannot be started.
    [[nodiscard]] static Result<Shaper> open(const Shape& shape);

    /// Whether it leaves every event as it is.
    [[nodiscard]] bool is_idle() const { return !withheld_ && !keep_ && !jq_; }

    /// Gaps, events without data and those that are marked as invalid stay as they are.
    [[nodiscard]] Result<std::vector<Cut>> cut(std::span<const Record* const> records);

private:
    explicit Shaper(const Shape& shape) : withheld_{shape.withheld}, keep_{shape.keep} {}

    void cut_fields(const Record& record, const project::FieldNode* withheld, Cut& cut) const;
    [[nodiscard]] Status run_jq(
        std::span<const Record* const> records,
        const std::vector<std::size_t>& chosen,
        std::vector<Cut>& cuts
    );

    std::shared_ptr<const WithheldFields> withheld_;
    std::shared_ptr<const project::FieldNode> keep_;
    std::optional<project::JqProgram> jq_;
};

}  // namespace sluice::deliver
