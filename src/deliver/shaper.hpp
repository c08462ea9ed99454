#pragma once

#include <sluice/result.hpp>

#include "cast/caster.hpp"
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
    std::shared_ptr<const contract::Contract>
        contract;  ///< of the versions; null: none is asked for
    cast::Asked versions;
    project::JqPrograms::Options programs;  ///< how the jq programs of the shape are run
};

/// Cuts the data of events to a subscription's shape: first it becomes the version that is asked
/// for, then what is withheld goes, then `keep` chooses, then the jq program makes of it what it
/// will. Key and headers stay as they are, but for the `dataschema` of another version.
/// Threads:  one at a time.
/// Failure:  an event whose data cannot be cut has a failure for an answer; `cut` fails as a whole
///           when the jq program cannot be run at all.
class Shaper {
public:
    struct Cut {
        std::optional<Record> record;  ///< none: it stays as it is
        std::optional<Error> failure;
    };

    /// kBadConfig: the jq program is wrong, or a version cannot be had. kUnavailable: no process.
    [[nodiscard]] static Result<Shaper> open(const Shape& shape);

    /// Whether it leaves every event as it is.
    [[nodiscard]] bool is_idle() const { return !caster_ && !withheld_ && !keep_ && !jq_; }

    /// Gaps, events without data and those that are marked as invalid stay as they are.
    [[nodiscard]] Result<std::vector<Cut>> cut(std::span<const Record* const> records);

    /// Whether it is another version than the one that is asked for.
    [[nodiscard]] bool changes(const Record& record) const {
        return caster_ && caster_->changes(record);
    }

    /// The record in the version that is asked for, for a filter to read; nothing: it cannot be
    /// cast now, which `cut` will tell.
    [[nodiscard]] std::optional<Record> as_asked(const Record& record);

private:
    explicit Shaper(const Shape& shape) : withheld_{shape.withheld}, keep_{shape.keep} {}

    [[nodiscard]] Result<std::vector<Cut>> cast_all(std::span<const Record* const> records);
    void cut_fields(const Record& record, const project::FieldNode* withheld, Cut& cut) const;
    [[nodiscard]] Status run_jq(
        std::span<const Record* const> records,
        const std::vector<std::size_t>& chosen,
        std::vector<Cut>& cuts
    );

    std::optional<cast::Caster> caster_;
    std::shared_ptr<const WithheldFields> withheld_;
    std::shared_ptr<const project::FieldNode> keep_;
    std::optional<project::JqProgram> jq_;
};

}  // namespace sluice::deliver
