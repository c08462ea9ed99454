#pragma once

#include <sluice/result.hpp>

#include "saga/saga.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::orchestrate {

/// The definitions that a process knows, by name and version. The newest version begins; the others
/// are there for sagas that began with them.
/// Threads:  const and shared.
class SagaBook {
public:
    /// kBadConfig: a definition is not valid, or a version is there twice.
    [[nodiscard]] static Result<SagaBook> make(std::vector<saga::Definition> definitions);

    /// kNotFound names those that there are.
    [[nodiscard]] Result<const saga::Saga*> newest(std::string_view name) const;

    /// The rules that a stored saga goes on with. kConflict says what is missing or was changed.
    [[nodiscard]] Result<const saga::Saga*> of(const saga::Instance& instance) const;

    /// Of the definitions, each once.
    [[nodiscard]] std::set<std::string> names() const;

    /// Of an instance that `of` has found.
    [[nodiscard]] const saga::Saga& rules(const saga::Instance& instance) const;

private:
    std::map<std::pair<std::string, std::uint32_t>, saga::Saga> sagas_;
};

}  // namespace sluice::orchestrate
