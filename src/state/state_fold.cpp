#include "state/state_fold.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"
#include "event/view.hpp"
#include "project/json_data.hpp"
#include "sequence/ordered.hpp"
#include "state/merge_patch.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace sluice::state {

namespace {

using project::JqPrograms;

cast::Asked newest_of(const contract::Contract& contract) {
    cast::Asked asked;
    for (const auto& [name, type] : contract.types) {
        if (!type.versions.empty()) asked.emplace(name, type.versions.back().number);
    }
    return asked;
}

/// Whatever was released has passed the limits already.
event::EventLimits any_size() {
    event::EventLimits limits;
    limits.event_bytes_max = std::numeric_limits<std::size_t>::max();
    return limits;
}

/// Nothing: it changes no state. An error: it cannot be folded.
Result<bool> changes_state(const Record& record) {
    const auto view = event::EventView::of(record);
    if (!view || view->type() == sequence::kGapType) return false;
    if (const auto broken = view->extension(extension::kSubjectInvalid)) {
        return Error{
            ErrorCode::kInvalidEvent, fmt::format("the event breaks its contract: {}", *broken)};
    }
    if (!record.value) return false;
    if (const Status json = project::check_json_data(record, "folded"); !json) return json.error();
    return true;
}

/// What a program is given.
Result<std::string> input_of(std::string_view state, const Record& record) {
    auto event = event::from_record(record, any_size());
    if (!event) return event.error();
    const auto data = whole_json(*record.value);
    if (!data) return data.error();
    event->data = std::string{data.value()};  // with blanks around it, it would be written as bytes
    return fmt::format(R"({{"state":{},"event":{}}})", state, event::write_json(event.value()));
}

}  // namespace

Result<StateFold> StateFold::open(
    std::shared_ptr<const contract::Contract> contract, const JqPrograms::Options& options
) {
    SLUICE_ASSERT(contract->reducer.has_value());
    const contract::CastProgram& jq = contract->reducer->jq;
    std::optional<JqPrograms> program;
    if (!jq.text.empty()) {
        auto opened = JqPrograms::open({{"reducer", jq.place, jq.text}}, contract->tables, options);
        if (!opened) return opened.error();
        program.emplace(std::move(opened).value());
    }
    auto caster = cast::Caster::open(contract, newest_of(*contract), options);
    if (!caster) return caster.error().at("reducer: versions");
    return StateFold{std::move(caster).value(), std::move(program)};
}

Result<std::vector<Folded>> StateFold::fold(std::span<const Next> all) {
    std::vector<const Record*> records;
    records.reserve(all.size());
    for (const Next& one : all) records.push_back(one.record);
    const auto casts = caster_.cast(records);
    if (!casts) return casts.error();
    std::vector<Folded> answers(all.size(), Folded{std::nullopt});
    std::vector<std::string> inputs;
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < all.size(); ++at) {
        const cast::Caster::Cast& cast = casts.value()[at];
        const Record& record = cast.record ? *cast.record : *all[at].record;
        const auto changes = changes_state(record);
        if (!changes || cast.failure) {
            answers[at] = changes ? *cast.failure : changes.error();
        } else if (changes.value() && program_) {
            auto input = input_of(all[at].state, record);
            if (input) {
                inputs.push_back(std::move(input).value());
                places.push_back(at);
            } else {
                answers[at] = input.error();
            }
        } else if (changes.value()) {
            auto made = merge_patch(all[at].state, *record.value);
            if (made) {
                answers[at] = std::optional{std::move(made).value()};
            } else {
                answers[at] = made.error();
            }
        }
    }
    if (const Status ran = run(inputs, places, answers); !ran) return ran.error();
    return answers;
}

Status StateFold::run(
    const std::vector<std::string>& inputs,
    const std::vector<std::size_t>& places,
    std::vector<Folded>& answers
) {
    if (inputs.empty()) return ok();
    std::vector<JqPrograms::Job> jobs;
    for (const std::string& input : inputs) jobs.push_back({0, 1, input});
    auto made = program_->run(jobs);
    if (!made) return made.error().at("reducer");
    for (std::size_t at = 0; at < places.size(); ++at) {
        auto& one = made.value()[at];
        if (one) {
            answers[places[at]] = std::optional{std::move(one.value())};
        } else {
            answers[places[at]] = one.error();
        }
    }
    return ok();
}

std::uint64_t fingerprint_of(const contract::Contract& contract) {
    SLUICE_ASSERT(contract.reducer.has_value());
    std::uint64_t print = hash64({contract.reducer->jq.text, contract.tables});
    for (const auto& [name, type] : contract.types) {
        for (const contract::Version& version : type.versions) {
            const std::string before = fmt::format("{:x} {}", print, version.number);
            print = hash64({before, name, version.dataschema, version.up.text});
        }
    }
    return print;
}

}  // namespace sluice::state
