#include "daemon/operations/state_cuts.hpp"

#include "contract/nearest.hpp"
#include "event/json_cursor.hpp"
#include "event/text.hpp"
#include "project/cut.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace sluice::daemon {

namespace {

constexpr std::size_t kDepthMax = 512;

/// Other values have no fields.
bool has_fields(std::string_view state) {
    const event::JsonKind kind = event::JsonCursor{state, kDepthMax}.peek();
    return kind == event::JsonKind::kObject || kind == event::JsonKind::kArray;
}

Error cannot_cut(const Error& error, std::string_view projection) {
    if (error.code == ErrorCode::kUnavailable) return error;
    const std::string place =
        projection.empty() ? "personal fields" : fmt::format("projection {}", projection);
    return Error{ErrorCode::kConflict, error.message}.at(place);
}

}  // namespace

void StateCuts::add(
    const std::string& domain, const std::string& subscription, const ShapeConfig& shape
) {
    auto made = std::make_shared<Projection>();
    if (!shape.keep.empty()) {
        made->keep = std::make_shared<const project::FieldNode>(project::field_tree(shape.keep));
    }
    made->jq = shape.jq;
    made->personal = shape.personal;
    const std::lock_guard lock{mutex_};
    all_[{domain, subscription}] = std::move(made);
}

void StateCuts::remove(const std::string& domain, const std::string& subscription) {
    const std::lock_guard lock{mutex_};
    all_.erase({domain, subscription});
}

Result<StateCuts::ProjectionPtr> StateCuts::find(std::string_view domain, std::string_view name)
    const {
    const std::lock_guard lock{mutex_};
    const auto found = all_.find({std::string{domain}, std::string{name}});
    if (found != all_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [key, projection] : all_) {
        if (key.first == domain) names.push_back(key.second);
    }
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "projection: domain {} has no subscription {}{}; there are: {}",
            domain,
            event::shown(name),
            contract::did_you_mean(name, names),
            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))
        )};
}

Result<std::string> StateCuts::cut(
    const contract::Contract& contract, std::string_view projection, std::string state
) const {
    ProjectionPtr asked;
    if (!projection.empty()) {
        const auto found = find(contract.domain, projection);
        if (!found) return found.error();
        asked = found.value();
    }
    Result<std::string> cut{std::move(state)};
    const auto personal = personal_of_state(contract);
    if (personal && has_fields(*cut) && (asked == nullptr || !asked->personal)) {
        cut = project::drop_fields(*cut, *personal);
    }
    if (asked != nullptr && cut && asked->keep && has_fields(*cut)) {
        cut = project::keep_fields(*cut, *asked->keep);
    }
    if (asked != nullptr && cut && !asked->jq.empty()) cut = run(*asked, *cut);
    if (!cut) return cannot_cut(cut.error(), projection);
    return cut;
}

Result<std::string> StateCuts::run(Projection& projection, std::string_view state) const {
    const std::lock_guard turn{projection.mutex};
    if (!projection.program) {
        auto opened = project::JqProgram::open(projection.jq, programs_);
        if (!opened) return opened.error();
        projection.program.emplace(std::move(opened).value());
    }
    auto answers = projection.program->run(std::span{&state, 1});
    if (!answers) return answers.error();
    return std::move(answers.value().front());
}

}  // namespace sluice::daemon
