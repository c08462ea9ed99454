#include "store/postgres/postgres_statements.hpp"

#include "store/postgres/placeholders.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::store {

const PostgresStatement& PostgresStatements::prepare(std::string_view text) {
    const NumberedStatement numbered = number_places(text);
    PostgresStatement made{fmt::format("sluice_{}", ++made_), {}};
    const PostgresResult prepared{
        PQprepare(handle_, made.name.c_str(), numbered.text.c_str(), 0, nullptr)};
    if (!succeeded(prepared.get())) throw postgres_error(handle_, prepared.get(), text);
    const PostgresResult described{PQdescribePrepared(handle_, made.name.c_str())};
    if (!succeeded(described.get())) throw postgres_error(handle_, described.get(), text);
    for (int at = 0; at < PQnparams(described.get()); ++at) {
        made.types.push_back(PQparamtype(described.get(), at));
    }
    if (const auto gone = kept_.make_room()) {
        static_cast<void>(run_command(handle_, "deallocate " + gone->name));
    }
    return kept_.add(text, std::move(made));
}

}  // namespace sluice::store
