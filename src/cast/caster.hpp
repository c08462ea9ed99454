#pragma once

#include <sluice/result.hpp>

#include "cast/route.hpp"
#include "event/record.hpp"
#include "project/jq_programs.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sluice::cast {

/// Lifts and lowers events to the versions that a subscription asks for. The programs on the way
/// are compiled once, in a process of this caster's own; an event that has its version already
/// costs a look at one header.
/// Threads:  one at a time.
/// Failure:  an event that cannot be cast (its program says no, the result breaks the schema, no
///           version is known by its `dataschema`) has a failure for an answer; `cast` fails as a
///           whole when no program can be run at all.
/// Limits:   as JqPrograms.
class Caster {
public:
    struct Cast {
        std::optional<Record> record;  ///< none: it stays as it is
        std::optional<Error> failure;
    };

    /// kBadConfig, a line for each thing that is wrong: a version that cannot be had, a program
    /// that is wrong or makes of a sample what its schema does not take. kUnavailable: no process.
    [[nodiscard]] static Result<Caster> open(
        std::shared_ptr<const contract::Contract> contract,
        const Asked& asked,
        const project::JqPrograms::Options& options
    );

    /// The records with the data and the `dataschema` of the version that is asked for; key and all
    /// other headers stay. Other types, events without data and those that are marked as invalid
    /// stay as they are.
    [[nodiscard]] Result<std::vector<Cast>> cast(std::span<const Record* const> records);

    /// Whether `cast` would not leave it as it is.
    [[nodiscard]] bool changes(const Record& record) const;

private:
    /// A type that is asked for, and the numbers of its programs.
    struct Target {
        const contract::MessageType* type{};
        const contract::Version* version{};
        std::uint16_t ups{};    ///< from the oldest version to the next, and so on
        std::uint16_t downs{};  ///< from the newest version to the one before, and so on
    };

    /// What is to be done with a record: nothing, if neither is there.
    struct Plan {
        const Target* target{};
        const contract::Version* from{};
        std::optional<Error> failure;
    };

    explicit Caster(std::shared_ptr<const contract::Contract> contract)
        : contract_{std::move(contract)} {}

    [[nodiscard]] Status load(const Asked& asked, const project::JqPrograms::Options& options);
    [[nodiscard]] Plan plan_of(const Record& record) const;
    [[nodiscard]] static project::JqPrograms::Job job_of(const Plan& plan, const Record& record);
    [[nodiscard]] static Cast cast_of(
        const Plan& plan, const Record& record, Result<std::string>& answer
    );

    std::shared_ptr<const contract::Contract> contract_;
    std::map<std::string, Target, std::less<>> targets_;
    std::optional<project::JqPrograms> programs_;  ///< none: the versions asked for are all alone
};

}  // namespace sluice::cast
