#include "orchestrate/saga_book.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace sluice::orchestrate {

Result<SagaBook> SagaBook::make(std::vector<saga::Definition> definitions) {
    SagaBook book;
    for (saga::Definition& definition : definitions) {
        if (const Status valid = definition.validate(); !valid) return valid.error();
        std::pair key{definition.name, definition.version};
        const auto [at, is_new] =
            book.sagas_.try_emplace(std::move(key), saga::Saga{std::move(definition)});
        if (!is_new) {
            return Error{
                ErrorCode::kBadConfig,
                fmt::format(
                    "saga {} version {} is defined twice", at->first.first, at->first.second
                )};
        }
    }
    return book;
}

Result<const saga::Saga*> SagaBook::newest(std::string_view name) const {
    const saga::Saga* found = nullptr;
    std::set<std::string_view> names;
    for (const auto& [key, rules] : sagas_) {  // versions ascend
        if (key.first == name) found = &rules;
        names.insert(key.first);
    }
    if (found != nullptr) return found;
    return Error{
        ErrorCode::kNotFound,
        names.empty()
            ? fmt::format("{}: no sagas are defined here", name)
            : fmt::format("{}: no such saga; there are: {}", name, fmt::join(names, ", "))};
}

Result<const saga::Saga*> SagaBook::of(const saga::Instance& instance) const {
    const auto found = sagas_.find({instance.definition, instance.version});
    if (found == sagas_.end()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "saga {} is under way with {} version {}, which is defined nowhere: keep that "
                "version until its sagas have ended",
                instance.id,
                instance.definition,
                instance.version
            )};
    }
    if (Status fits = found->second.fits(instance); !fits) return fits.error();
    return &found->second;
}

std::set<std::string> SagaBook::names() const {
    std::set<std::string> names;
    for (const auto& [key, rules] : sagas_) names.insert(key.first);
    return names;
}

const saga::Saga& SagaBook::rules(const saga::Instance& instance) const {
    const auto found = sagas_.find({instance.definition, instance.version});
    SLUICE_ASSERT(found != sagas_.end());
    return found->second;
}

}  // namespace sluice::orchestrate
