#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "cast/caster.hpp"
#include "deliver/state_source.hpp"
#include "event/record.hpp"
#include "project/field_tree.hpp"
#include "project/filter.hpp"
#include "project/jq_program.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::deliver {

/// By event type: fields of the data that a subscription does not get.
using WithheldFields = std::map<std::string, project::FieldNode, std::less<>>;

/// What becomes of an event's data where the state of its subject is asked for.
enum class StateAs : std::uint8_t {
    kNothing,    ///< it stays
    kData,       ///< the state behind the event takes its place
    kReference,  ///< it goes: whoever wants the state asks for it
};

/// The state behind an event, instead of its own data.
struct StateShape {
    StateAs as{StateAs::kNothing};
    std::shared_ptr<StateSource> source;                 ///< kData; shared with who else asks it
    std::shared_ptr<const project::FieldNode> withheld;  ///< of the state; null: nothing
    std::function<std::string(std::string_view subject, Position position)>
        address;  ///< what `dataref` says
};

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
    StateShape state;
    project::JqPrograms::Options programs;  ///< how the jq programs of the shape are run
};

/// Cuts the data of events to a subscription's shape: first it becomes the version that is asked
/// for, then what is withheld goes, then `keep` chooses, then the jq program makes of it what it
/// will. Where the state is asked for it takes the place of the data before anything is cut, and no
/// version is. Key and headers stay as they are, but for what they say of the data.
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
    [[nodiscard]] bool is_idle() const {
        return !caster_ && !withheld_ && !keep_ && !jq_ && state_.as == StateAs::kNothing;
    }

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
    explicit Shaper(const Shape& shape)
        : withheld_{shape.withheld},
          keep_{shape.keep},
          state_{shape.state} {}

    [[nodiscard]] Result<std::vector<Cut>> cast_all(std::span<const Record* const> records);
    [[nodiscard]] Result<std::vector<Cut>> state_of_all(std::span<const Record* const> records);
    [[nodiscard]] const project::FieldNode* withheld_of(std::string_view type) const;
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
    StateShape state_;
};

}  // namespace sluice::deliver
