#include "deliver/shaper.hpp"

#include <sluice/event.hpp>

#include "event/kafka.hpp"
#include "event/view.hpp"
#include "project/cut.hpp"
#include "project/json_data.hpp"
#include "sequence/ordered.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace sluice::deliver {

namespace {

std::string_view data_of(const Record& record, const Shaper::Cut& cut) {
    return cut.record ? *cut.record->value : *record.value;
}

void put(const Record& record, std::string data, Shaper::Cut& cut) {
    if (!cut.record) cut.record = record;
    cut.record->value = std::move(data);
}

/// No data of ours is there to be cut.
bool stays(const std::optional<event::EventView>& view) {
    return !view || view->type() == sequence::kGapType ||
           view->extension(extension::kSubjectInvalid).has_value();
}

Result<Position> position_of(const event::EventView& view) {
    const std::string_view text = view.extension(extension::kSubjectPosition).value_or("");
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && rest == text.data() + text.size();
    if (whole && value > 0) return Position{value};
    return Error{ErrorCode::kInvalidEvent, "state: the event has no subjectposition"};
}

/// The event without its own data, and with the address of what stands for it.
Record referring(const Record& record, std::string_view address) {
    Record made = record;
    made.value.reset();
    made.headers.erase_if([](const Header& header) {
        return header.name == event::kContentType ||
               header.name == event::header_name("dataschema");
    });
    return event::with_header(std::move(made), event::header_name("dataref"), address);
}

}  // namespace

Result<Shaper> Shaper::open(const Shape& shape) {
    Shaper shaper{shape};
    if (!shape.versions.empty()) {
        auto caster = cast::Caster::open(shape.contract, shape.versions, shape.programs);
        if (!caster) return caster.error().at("versions");
        shaper.caster_.emplace(std::move(caster).value());
    }
    if (shape.jq.empty()) return shaper;
    auto program = project::JqProgram::open(shape.jq, shape.programs);
    if (!program) return program.error().at("jq");
    shaper.jq_.emplace(std::move(program).value());
    return shaper;
}

Result<std::vector<Shaper::Cut>> Shaper::cut(std::span<const Record* const> records) {
    auto made = state_.as == StateAs::kNothing ? cast_all(records) : state_of_all(records);
    if (!made) return made.error();
    std::vector<Cut> cuts = std::move(made).value();
    std::vector<std::size_t> for_jq;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (cuts[i].failure) continue;
        const Record& record = cuts[i].record ? *cuts[i].record : *records[i];
        const auto view = event::EventView::of(record);
        if (!record.value || stays(view)) continue;
        const project::FieldNode* withheld = withheld_of(view->type());
        if (withheld == nullptr && !keep_ && !jq_) continue;
        if (const Status json = project::check_json_data(record, "cut"); !json) {
            cuts[i].failure = json.error();
            continue;
        }
        cut_fields(record, withheld, cuts[i]);
        if (jq_ && !cuts[i].failure) for_jq.push_back(i);
    }
    if (!for_jq.empty()) {
        if (Status ran = run_jq(records, for_jq, cuts); !ran) return ran.error();
    }
    return cuts;
}

const project::FieldNode* Shaper::withheld_of(std::string_view type) const {
    if (state_.as != StateAs::kNothing) return state_.withheld.get();
    if (!withheld_) return nullptr;
    const auto found = withheld_->find(type);
    return found == withheld_->end() ? nullptr : &found->second;
}

Result<std::vector<Shaper::Cut>> Shaper::state_of_all(std::span<const Record* const> records) {
    std::vector<Cut> cuts(records.size());
    std::vector<StateSource::Ask> asks;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto view = event::EventView::of(*records[i]);
        if (stays(view)) continue;
        const auto position = position_of(*view);
        if (!position) {
            cuts[i].failure = position.error();
            continue;
        }
        asks.push_back({view->subject(), position.value()});
        places.push_back(i);
    }
    if (state_.as == StateAs::kReference) {
        for (std::size_t at = 0; at < asks.size(); ++at) {
            const std::string address = state_.address(asks[at].subject, asks[at].position);
            cuts[places[at]].record = referring(*records[places[at]], address);
        }
        return cuts;
    }
    if (asks.empty()) return cuts;
    auto states = state_.source->states(asks);
    if (!states) return states.error().at("state");
    for (std::size_t at = 0; at < asks.size(); ++at) {
        Cut& cut = cuts[places[at]];
        auto& state = states.value()[at];
        if (!state) {
            cut.failure = state.error().at("state");
            continue;
        }
        const std::string address = state_.address(asks[at].subject, asks[at].position);
        cut.record = referring(*records[places[at]], address);
        cut.record->value = std::move(state).value();
        cut.record =
            event::with_header(*std::move(cut.record), event::kContentType, "application/json");
    }
    return cuts;
}

Result<std::vector<Shaper::Cut>> Shaper::cast_all(std::span<const Record* const> records) {
    std::vector<Cut> cuts(records.size());
    if (!caster_) return cuts;
    auto casts = caster_->cast(records);
    if (!casts) return casts.error();
    for (std::size_t i = 0; i < records.size(); ++i) {
        cast::Caster::Cast& made = casts.value()[i];
        cuts[i] = {std::move(made.record), std::move(made.failure)};
    }
    return cuts;
}

std::optional<Record> Shaper::as_asked(const Record& record) {
    if (!caster_) return std::nullopt;
    const Record* const one = &record;
    auto casts = caster_->cast(std::span{&one, 1});
    if (!casts) return std::nullopt;
    return std::move(casts.value().front().record);
}

void Shaper::cut_fields(const Record& record, const project::FieldNode* withheld, Cut& cut) const {
    const auto apply = [&](auto how, const project::FieldNode& fields, std::string_view name) {
        auto data = how(data_of(record, cut), fields);
        if (data) return put(record, std::move(data).value(), cut);
        cut.failure = data.error().at(name);
    };
    if (withheld != nullptr) apply(project::drop_fields, *withheld, "personal fields");
    if (keep_ && !cut.failure) apply(project::keep_fields, *keep_, "keep");
}

Status Shaper::run_jq(
    std::span<const Record* const> records,
    const std::vector<std::size_t>& chosen,
    std::vector<Cut>& cuts
) {
    std::vector<std::string_view> data;
    data.reserve(chosen.size());
    for (const std::size_t i : chosen) data.push_back(data_of(*records[i], cuts[i]));
    auto answers = jq_->run(data);
    if (!answers) return answers.error().at("jq");
    for (std::size_t at = 0; at < chosen.size(); ++at) {
        const std::size_t i = chosen[at];
        auto& answer = answers.value()[at];
        if (answer) {
            put(*records[i], std::move(answer.value()), cuts[i]);
        } else {
            cuts[i].failure = answer.error().at("jq");
        }
    }
    return ok();
}

}  // namespace sluice::deliver
