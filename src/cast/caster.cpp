#include "cast/caster.hpp"

#include <sluice/event.hpp>

#include "cast/trial.hpp"
#include "event/kafka.hpp"
#include "event/view.hpp"
#include "project/json_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace sluice::cast {

using contract::MessageType;
using contract::Version;
using project::JqPrograms;

namespace {

constexpr std::string_view kDataSchema = "dataschema";

/// The record, saying that it is of this version.
Record marked(const Record& record, const Version& version) {
    const std::string name = event::header_name(kDataSchema);
    if (!version.dataschema.empty()) return event::with_header(record, name, version.dataschema);
    Record without = record;
    without.headers.erase_if([&](const Header& header) { return header.name == name; });
    return without;
}

/// What the programs of one type are, in the order of their numbers.
class TypePrograms {
public:
    TypePrograms(
        const MessageType& type,
        const Version& wanted,
        std::vector<JqPrograms::Program>& programs,
        std::vector<Way>& ways
    )
        : type_{type},
          wanted_{wanted},
          programs_{programs},
          ways_{ways} {}

    /// From this end of the versions to the one that is wanted; answers the number of the first.
    std::uint16_t add(const Version& end) {
        const auto first = static_cast<std::uint16_t>(programs_.size());
        const auto steps = steps_between(type_, end, wanted_).value();
        for (std::size_t at = 0; at < steps.size(); ++at) {
            const auto number = static_cast<std::uint16_t>(programs_.size());
            programs_.push_back(program_of(type_.name, steps[at]));
            ways_.push_back({number, {steps[at]}});
            if (at + 1 == steps.size()) continue;
            const auto from = steps.begin() + static_cast<std::ptrdiff_t>(at);
            ways_.push_back({number, {from, steps.end()}});
        }
        return first;
    }

private:
    const MessageType& type_;
    const Version& wanted_;
    std::vector<JqPrograms::Program>& programs_;
    std::vector<Way>& ways_;
};

}  // namespace

Result<Caster> Caster::open(
    std::shared_ptr<const contract::Contract> contract,
    const Asked& asked,
    const JqPrograms::Options& options
) {
    const std::vector<std::string> problems = route_problems(*contract, asked);
    if (!problems.empty()) {
        return Error{ErrorCode::kBadConfig, fmt::format("{}", fmt::join(problems, "\n"))};
    }
    Caster caster{std::move(contract)};
    if (Status loaded = caster.load(asked, options); !loaded) return loaded.error();
    return caster;
}

Status Caster::load(const Asked& asked, const JqPrograms::Options& options) {
    std::vector<JqPrograms::Program> programs;
    std::vector<Way> ways;
    for (const auto& [name, number] : asked) {
        const MessageType& type = *contract_->type(name);
        const Version& wanted = *type.version(number);
        if (programs.size() + type.versions.size() > JqPrograms::kProgramsMax) {
            return Error{
                ErrorCode::kBadConfig,
                fmt::format("more than {} casts are asked for", JqPrograms::kProgramsMax)};
        }
        TypePrograms of_type{type, wanted, programs, ways};
        const std::uint16_t ups = of_type.add(type.versions.front());
        const std::uint16_t downs = of_type.add(type.versions.back());
        targets_.emplace(name, Target{&type, &wanted, ups, downs});
    }
    if (programs.empty()) return ok();
    auto opened = JqPrograms::open(std::move(programs), contract_->tables, options);
    if (!opened) return opened.error();
    programs_.emplace(std::move(opened).value());
    const auto tried = try_ways(*programs_, ways);
    if (!tried) return tried.error();
    if (tried.value().empty()) return ok();
    return Error{ErrorCode::kBadConfig, fmt::format("{}", fmt::join(tried.value(), "\n"))};
}

Caster::Plan Caster::plan_of(const Record& record) const {
    const auto view = event::EventView::of(record);
    if (!view || !record.value) return {};
    const auto found = targets_.find(view->type());
    const bool stays =
        found == targets_.end() || view->extension(extension::kSubjectInvalid).has_value();
    if (stays) return {};
    const Target& target = found->second;
    const auto version = target.type->version_of(view->extension(kDataSchema));
    if (!version) return {nullptr, nullptr, version.error()};
    if (version.value() == target.version) return {};
    if (const Status json = project::check_json_data(record, "cast"); !json) {
        return {nullptr, nullptr, json.error()};
    }
    return {&target, version.value(), std::nullopt};
}

bool Caster::changes(const Record& record) const {
    const Plan plan = plan_of(record);
    return plan.target != nullptr || plan.failure.has_value();
}

JqPrograms::Job Caster::job_of(const Plan& plan, const Record& record) {
    const std::vector<Version>& all = plan.target->type->versions;
    const std::uint32_t from = plan.from->number;
    const std::uint32_t to = plan.target->version->number;
    const bool is_up = from < to;
    const std::uint32_t first = is_up ? plan.target->ups + (from - all.front().number)
                                      : plan.target->downs + (all.back().number - from);
    return {
        static_cast<std::uint16_t>(first),
        static_cast<std::uint16_t>(is_up ? to - from : from - to),
        *record.value};
}

Caster::Cast Caster::cast_of(const Plan& plan, const Record& record, Result<std::string>& answer) {
    if (!answer) return {std::nullopt, answer.error()};
    const Version& to = *plan.target->version;
    const Status valid = to.schema->validate(answer.value());
    if (!valid) {
        return {
            std::nullopt,
            valid.error().at(fmt::format(
                "{} {} to {}: what it became is no version {}",
                plan.target->type->name,
                plan.from->number,
                to.number,
                to.number
            ))};
    }
    Record made = marked(record, to);
    made.value = std::move(answer).value();
    return {std::move(made), std::nullopt};
}

Result<std::vector<Caster::Cast>> Caster::cast(std::span<const Record* const> records) {
    std::vector<Cast> casts(records.size());
    std::vector<Plan> plans(records.size());
    std::vector<JqPrograms::Job> jobs;
    for (std::size_t at = 0; at < records.size(); ++at) {
        plans[at] = plan_of(*records[at]);
        casts[at].failure = plans[at].failure;
        if (plans[at].target != nullptr) jobs.push_back(job_of(plans[at], *records[at]));
    }
    if (jobs.empty()) return casts;
    auto answers = programs_->run(jobs);
    if (!answers) return answers.error().at("versions");
    auto answer = answers.value().begin();
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (plans[at].target != nullptr) casts[at] = cast_of(plans[at], *records[at], *answer++);
    }
    return casts;
}

}  // namespace sluice::cast
